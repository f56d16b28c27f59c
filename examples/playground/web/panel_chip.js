// The hash of the parameters, and the RAM that training takes on a chip.

import { make, table } from './dom.js';
import { OPTIMIZERS } from './fields.js';
import { kilobytes } from './figures.js';

/**
 * @typedef {import('./app.js').App} App
 * @typedef {import('./engine.js').OptimizerName} OptimizerName
 */

export class ChipPanel {
    /** @param {App} app */
    constructor(app) {
        this.app = app;
        this.hash = make('output', { class: 'hash', id: 'hash', 'aria-label': 'Hash of the parameters' });
        this.about = make('p');
        this.ram = make('div', { id: 'ram' });
        this.element = make('div', { class: 'columns' },
            make('div', {}, make('h3', {}, 'Hash of the parameters'), this.hash, this.about,
                make('p', { class: 'hint' }, 'The same settings give the same hash on a desktop, on a Cortex-M or RISC-V chip and here. “Copy as Rust” gives the program that shows it.')),
            this.ram);
    }

    update() {
        const { status } = this.app.main;
        const { ram } = status;
        this.hash.value = status.hash;
        this.about.textContent = `${status.parameters} parameters after ${status.step} steps.${status.edited ? ' They were changed by hand or loaded from a file.' : ''}`;
        this.ram.replaceChildren(
            table('RAM for training on a 32-bit chip, one row at a time', ['Optimizer', 'Its state', 'Whole trainer'], OPTIMIZERS.map(([name, title]) => {
                const key = /** @type {OptimizerName} */ (name);
                return [title + (name === this.app.state.optimizer ? ' (chosen)' : ''), kilobytes(ram.optimizer[key]), kilobytes(ram.total[key])];
            })),
            make('p', { class: 'hint' }, `Network ${kilobytes(ram.network)}, gradient ${kilobytes(ram.gradient)}, what a row leaves behind for backpropagation ${kilobytes(ram.tape)}. To answer without training it takes ${kilobytes(ram.inference)}.`));
    }
}
