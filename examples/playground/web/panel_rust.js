// The program that trains this network as far as it is now, to copy.

import { button, make } from './dom.js';
import { attempt, showNotice, showProblem } from './message.js';

/** @typedef {import('./app.js').App} App */

export class RustPanel {
    /** @param {App} app */
    constructor(app) {
        this.app = app;
        this.code = make('code');
        this.element = make('div', {},
            make('p', {}, 'A whole program: it trains this network with these settings as far as it is now, and prints the same hash. Its function train runs on a chip as well.'),
            make('div', { class: 'actions' }, button('Copy', () => void this.copy(), { id: 'copy' })),
            make('pre', { id: 'rust', tabindex: 0, role: 'region', 'aria-label': 'Rust program' }, this.code));
    }

    update() {
        attempt(() => {
            this.code.textContent = this.app.running ? '// Pause, and the program stands here.' : this.app.engine.rust(0);
        });
    }

    async copy() {
        try {
            this.app.setRunning(false);
            this.update();
            await navigator.clipboard.writeText(this.code.textContent ?? '');
            showNotice('Copied.');
        } catch {
            showProblem('The browser does not let the page copy. Select the text and copy it by hand.');
        }
    }
}
