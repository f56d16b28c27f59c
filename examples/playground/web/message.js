// What the page says to the user: problems at once, notices when there is time.

import { byId } from './dom.js';
import { EngineError } from './engine.js';

/** Where an error is to blame on no setting: its name says nothing to a user. */
const UNSET = new Set(['own', 'file', 'data']);

/** @param {string} text  nothing hides it */
export function showProblem(text) {
    const place = byId('problem', HTMLElement);
    place.hidden = text === '';
    place.textContent = text;
}

/** @param {string} text */
export function showNotice(text) {
    byId('notice', HTMLElement).textContent = text;
}

/** What a glance at the page shows, for screen readers. @param {string} text */
export function tell(text) {
    showNotice('');
    byId('told', HTMLElement).textContent = text;
}

/**
 * Does something; an error of the engine becomes a problem on the page. Returns whether it went well.
 * @param {() => void} action
 */
export function attempt(action) {
    try {
        action();
        return true;
    } catch (error) {
        showProblem(explained(error));
        return false;
    }
}

/** @param {unknown} error */
export function explained(error) {
    if (error instanceof EngineError) {
        return UNSET.has(error.field) ? error.reason : error.message;
    }
    console.error(error);
    return `Something went wrong in the page: ${error instanceof Error ? error.message : String(error)}`;
}
