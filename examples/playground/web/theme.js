// Light and dark: as the system asks, or as the switch says.

import { byId } from './dom.js';
import { palette } from './palette.js';

const KEY = 'bareprop-playground-theme';

/**
 * Sets the theme and calls `changed` at every change of it.
 * @param {() => void} changed
 */
export function startTheme(changed) {
    const system = matchMedia('(prefers-color-scheme: dark)');
    const choice = byId('theme', HTMLSelectElement);
    choice.value = remembered();
    const apply = () => {
        const dark = choice.value === 'auto' ? system.matches : choice.value === 'dark';
        document.documentElement.dataset.theme = dark ? 'dark' : 'light';
        palette.read();
        changed();
    };
    choice.addEventListener('change', () => {
        remember(choice.value);
        apply();
    });
    system.addEventListener('change', apply);
    apply();
}

/** The choice of the last visit. A browser may forbid to keep it. */
function remembered() {
    try {
        const kept = localStorage.getItem(KEY);
        return kept === 'light' || kept === 'dark' ? kept : 'auto';
    } catch {
        return 'auto';
    }
}

/** @param {string} choice */
function remember(choice) {
    try {
        localStorage.setItem(KEY, choice);
    } catch {
        // The theme holds for this visit.
    }
}
