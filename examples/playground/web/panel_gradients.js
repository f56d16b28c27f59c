// The gradient of each layer, with a verdict and advice.

import { make, table } from './dom.js';
import { figure, percent } from './figures.js';
import { EngineError } from './engine.js';
import { withNames } from './names.js';

/**
 * @typedef {import('./app.js').App} App
 * @typedef {import('./engine.js').LayerTrace} LayerTrace
 */

const HEAD = ['Layer', 'Mean |g|', 'on a scale from 10⁻⁸ to 10²', 'Deviation', 'Largest |g|', '‖Δw‖ / ‖w‖', 'Dead neurons', 'Saturated', 'Verdict'];

export class GradientsPanel {
    /** @param {App} app */
    constructor(app) {
        this.app = app;
        this.table = make('div', { id: 'trace' });
        this.advice = make('div', { id: 'advice' });
        this.element = make('div', {}, make('p', {}, 'The gradient g of all training points, layer by layer. It flows from the output back to the first layer.'), this.table, this.advice);
    }

    update() {
        try {
            this.show(this.app.engine.trace(0));
        } catch (error) {
            if (!(error instanceof EngineError)) {
                throw error;
            }
            this.table.replaceChildren(make('p', { class: 'ill' }, `No gradient can be computed: ${withNames(error.message, this.app.state.layers.length)}.`));
            this.advice.replaceChildren();
        }
    }

    /** @param {LayerTrace[]} layers */
    show(layers) {
        this.table.replaceChildren(table('Gradient', HEAD, layers.map((of, index) => [
            index === layers.length - 1 ? 'output' : `layer ${of.layer + 1}`, figure(of.mean_gradient), bar(of.mean_gradient),
            figure(of.deviation), figure(of.largest_gradient), figure(of.update_ratio), percent(of.dead), percent(of.saturated),
            make('span', { class: of.verdict === 'healthy' ? undefined : 'ill' }, of.verdict),
        ])));
        const ill = new Map(layers.filter((of) => of.verdict !== 'healthy').map((of) => [of.verdict, of.advice]));
        if (ill.has('dead') && ill.has('vanishing')) {
            ill.set('vanishing', 'a dead layer passes no gradient back; correct that layer first');
        }
        this.advice.replaceChildren(...[...ill].map(([verdict, advice]) => make('p', {}, make('strong', { class: 'ill' }, verdict), `: ${advice}.`)));
        const share = (layers[0]?.mean_gradient ?? 0) / (layers[layers.length - 1]?.mean_gradient || 1);
        if (share > 0 && share < 0.01) {
            this.advice.append(make('p', {}, `The gradient of the first layer is ${Number((1 / share).toPrecision(2)).toLocaleString('en')} times smaller than that of the output. The verdict “vanishing” begins at a mean of 10⁻⁷.`));
        } else if (ill.size === 0) {
            this.advice.append(make('p', {}, 'No layer is ill.'));
        }
    }
}

/** A bar on a logarithmic scale. @param {number} number */
function bar(number) {
    const share = Math.max(0, Math.min(1, (Math.log10(Math.max(number, 1e-30)) + 8) / 10));
    return make('span', { class: 'bar-cell' }, make('i', { style: `width: ${(9 * share).toFixed(2)}rem` }));
}
