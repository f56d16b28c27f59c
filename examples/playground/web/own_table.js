// The own table: the engine reads it, and the tab of the browser keeps its text for the next time that the page is loaded.

/** @typedef {import('./engine.js').Engine} Engine */

const KEY = 'own-table';
let read = false;

/** Whether the engine has a table. */
export function hasTable() {
    return read;
}

/**
 * Reads a table. It throws an `EngineError` where it is broken.
 * @param {Engine} engine
 * @param {string} text
 */
export function readTable(engine, text) {
    const found = engine.ownRows(text);
    read = true;
    try {
        sessionStorage.setItem(KEY, text);
    } catch {
        // The browser keeps nothing, or not so much: then the file has to be dropped again.
        forget();
    }
    return found;
}

/** No table is better than the one before. */
function forget() {
    try {
        sessionStorage.removeItem(KEY);
    } catch {
        // Nothing was kept.
    }
}

/** Reads the table that was kept. Returns whether there is one. @param {Engine} engine */
export function recallTable(engine) {
    try {
        const text = sessionStorage.getItem(KEY);
        if (text !== null) {
            engine.ownRows(text);
            read = true;
        }
    } catch {
        // The browser keeps nothing.
    }
    return read;
}
