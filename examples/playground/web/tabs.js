// Tabs after the pattern of the ARIA practices: arrow keys move, one panel is shown.

import { byId, make } from './dom.js';
import { TABS } from './state.js';

/**
 * @typedef {import('./app.js').App} App
 * @typedef {object} Panel
 * @property {HTMLElement} element
 * @property {() => void} update   called while the panel is open, a few times a second at most
 */

/** @type {Record<typeof TABS[number], string>} */
const TITLES = {
    race: 'Race', metrics: 'Metrics', gradients: 'Gradients', steps: 'A step in six parts', chip: 'Chip and hash',
    files: 'Own data, save, load', rust: 'Copy as Rust',
};

/** Milliseconds between two updates of an open panel while training runs. */
const PAUSE = 250;

/**
 * @param {App} app
 * @param {Record<typeof TABS[number], Panel>} panels
 */
export function startTabs(app, panels) {
    const list = byId('tabs', HTMLElement);
    for (const name of TABS) {
        const tab = make('button', { type: 'button', role: 'tab', id: `tab-${name}`, 'aria-controls': `panel-${name}` }, TITLES[name]);
        tab.addEventListener('click', () => app.change({ tab: name }));
        list.append(tab);
        byId('panels', HTMLElement).append(make('div', { role: 'tabpanel', id: `panel-${name}`, 'aria-labelledby': `tab-${name}` }, panels[name].element));
    }
    list.addEventListener('keydown', (event) => moveTab(app, event));
    const open = () => panels[TABS.find((tab) => tab === app.state.tab) ?? 'race'].update();
    app.on('settings', () => {
        if (showTab(app) || !app.running) {
            open();
        }
    });
    app.on('progress', throttled(app, open));
    app.on('running', open);
    showTab(app);
    open();
}

/**
 * Shows the panel of the state. Returns whether another one was shown before.
 * @param {App} app
 */
function showTab(app) {
    let changed = false;
    for (const name of TABS) {
        const selected = name === app.state.tab;
        const tab = byId(`tab-${name}`, HTMLElement);
        changed ||= selected && tab.getAttribute('aria-selected') !== 'true';
        tab.setAttribute('aria-selected', String(selected));
        tab.tabIndex = selected ? 0 : -1;
        byId(`panel-${name}`, HTMLElement).hidden = !selected;
    }
    return changed;
}

/** @param {App} app @param {KeyboardEvent} event */
function moveTab(app, event) {
    const now = TABS.findIndex((tab) => tab === app.state.tab);
    const moves = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: TABS.length - 1 };
    if (Object.hasOwn(moves, event.key)) {
        event.preventDefault();
        const next = moves[/** @type {keyof typeof moves} */ (event.key)];
        const name = TABS[(next + TABS.length) % TABS.length] ?? 'race';
        app.change({ tab: name });
        byId(`tab-${name}`, HTMLElement).focus();
    }
}

/**
 * At once while nothing runs, a few times a second otherwise.
 * @param {App} app
 * @param {() => void} update
 */
function throttled(app, update) {
    let last = 0;
    return () => {
        const now = performance.now();
        if (!app.running || now - last > PAUSE) {
            last = now;
            update();
        }
    };
}
