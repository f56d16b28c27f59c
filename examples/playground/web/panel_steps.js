// The next training step of a small batch, in its six parts.

import { make, table } from './dom.js';
import { figure } from './figures.js';
import { EngineError } from './engine.js';
import { showProblem } from './message.js';
import { ACTIVATIONS } from './fields.js';
import { choiceName, featureName, unitName, withNames } from './names.js';

/**
 * @typedef {import('./app.js').App} App
 * @typedef {import('./engine.js').SixSteps} SixSteps
 * @typedef {import('./engine.js').StepLayer} StepLayer
 */

export class StepsPanel {
    /** @param {App} app */
    constructor(app) {
        this.app = app;
        this.rows = make('input', { id: 'steps-rows', type: 'number', min: 1, max: 32, step: 1, value: 4 });
        this.rows.addEventListener('change', () => this.takeRows());
        this.list = make('ol', { class: 'six', id: 'six-steps' });
        this.element = make('div', {},
            make('p', {}, 'The next step, computed on a copy with the first few training points. Press Step above to go on.'),
            make('div', { class: 'actions' }, make('label', { for: 'steps-rows' }, 'Points in this small batch'), make('span', { style: 'width: 5rem' }, this.rows)), this.list);
    }

    takeRows() {
        const rows = Number(this.rows.value);
        if (!Number.isInteger(rows) || rows < 1 || rows > 32) {
            showProblem('The small batch has to have 1 to 32 points.');
            this.rows.value = '4';
        }
        this.update();
    }

    update() {
        try {
            const six = this.app.engine.sixSteps(0, Number(this.rows.value));
            const open = [...this.list.querySelectorAll('details')].map((one) => one.open);
            this.list.replaceChildren(...this.parts(six));
            this.list.querySelectorAll('details').forEach((one, at) => one.toggleAttribute('open', open[at] ?? false));
        } catch (error) {
            if (!(error instanceof EngineError)) {
                throw error;
            }
            this.list.replaceChildren(make('li', {}, `This step cannot be taken: ${withNames(error.message, this.app.state.layers.length)}.`));
        }
    }

    /** What dropout keeps is divided by 1 − rate. @param {StepLayer} layer @param {number} index */
    outputName(layer, index) {
        const rate = this.app.state.layers[index]?.dropout ?? 0;
        const name = choiceName(ACTIVATIONS, layer.activation);
        return rate > 0 ? `${name}(z), kept ÷ ${figure(1 - rate)}` : `${name}(z)`;
    }

    /** @param {SixSteps} six */
    parts(six) {
        const { features } = this.app.engine.network(0);
        const layers = six.layers.map((layer, index) => ({ layer, index, last: six.layers.length - 1 }));
        const each = (/** @type {(layer: StepLayer, index: number, last: number) => Node} */ show) => layers.map(({ layer, index, last }) => show(layer, index, last));
        const link = this.app.main.status.problem === 'classes' ? 'probability' : 'answer';
        return [
            part('Forward pass', `The first point of the batch goes through the layers: z = x·W + b, then the activation. Inputs: ${(six.inputs[0] ?? []).map((x, at) => `${featureName(features[at] ?? '')} = ${figure(x)}`).join(', ')}.`,
                ...each((layer, index, last) => units(title(index, last), ['z', this.outputName(layer, index)], [layer.sums, layer.outputs], layer.dropped))),
            part('Loss', `Mean of the batch: ${figure(six.loss)}${six.penalty ? `; L2 adds ${figure(six.penalty)}` : ''}.`,
                table('Points of the batch', ['Point', 'Target', 'Output z', link, 'Loss'], six.targets.map((target, row) => [String(row + 1), figure(target), figure(six.logits[row]), figure(six.predictions[row]), figure(six.losses[row])]))),
            part('Backward pass', 'δ = ∂loss/∂z of the first point, from the output back to the first layer.',
                ...each((layer, index, last) => units(title(index, last), ['δ'], [layer.deltas], layer.dropped)).reverse()),
            part('Gradient', `Mean over the batch${six.penalty ? ', with what L2 adds' : ''}. Its norm is ${figure(six.gradient_norm)}.`,
                ...each((layer, index, last) => folded(title(index, last), matrix(names(layer, index, last, features), layer.gradient, layer.bias_gradient)))),
            part('Update', `The optimizer changes each weight; the learning rate is ${figure(six.learning_rate)}.`,
                ...each((layer, index, last) => folded(title(index, last), change(names(layer, index, last, features), layer)))),
            part('The loss of the same points afterwards', `${figure(six.loss)} before, ${figure(six.loss_after)} after: ${six.loss_after < six.loss ? 'it fell' : 'it did not fall'}.`),
        ];
    }
}

/** @param {number} index @param {number} last */
const title = (index, last) => (index === last ? 'Output layer' : `Layer ${index + 1}`);

/** @param {string} name @param {string} text @param {...Node} content */
function part(name, text, ...content) {
    return make('li', {}, make('strong', {}, name), make('p', {}, text), ...content);
}

/** @param {string} name @param {Node} content */
function folded(name, content) {
    return make('details', {}, make('summary', {}, name), content);
}

/** @param {string} caption @param {string[]} rows @param {number[][]} values @param {boolean[]} dropped */
function units(caption, rows, values, dropped) {
    const head = ['', ...(values[0] ?? []).map((_, unit) => `neuron ${unit + 1}${dropped[unit] ? ' (dropped)' : ''}`)];
    return table(caption, head, rows.map((name, row) => [name, ...(values[row] ?? []).map(figure)]));
}

/** Names of the inputs of a layer. @param {StepLayer} layer @param {number} index @param {number} last @param {string[]} features */
function names(layer, index, last, features) {
    return layer.weights_before.map((_, from) => (index === 0 ? featureName(features[from] ?? '') : unitName(index - 1, from, last)));
}

/** @param {string[]} inputs @param {number[][]} weights @param {number[]} biases */
function matrix(inputs, weights, biases) {
    const head = ['From', ...biases.map((_, unit) => `to neuron ${unit + 1}`)];
    return table('Gradient', head, [...weights.map((row, from) => [inputs[from] ?? '', ...row.map(figure)]), ['bias', ...biases.map(figure)]]);
}

/** @param {string[]} inputs @param {StepLayer} layer */
function change(inputs, layer) {
    const arrow = (/** @type {number[]} */ before, /** @type {number[]} */ after) => before.map((value, at) => `${precise(value)} → ${precise(after[at])}`);
    const head = ['From', ...layer.biases_before.map((_, unit) => `to neuron ${unit + 1}`)];
    return table('Before → after', head, [
        ...layer.weights_before.map((row, from) => [inputs[from] ?? '', ...arrow(row, layer.weights_after[from] ?? [])]),
        ['bias', ...arrow(layer.biases_before, layer.biases_after)],
    ]);
}

/** @param {number|undefined} number */
const precise = (number) => (number === undefined ? '–' : number.toFixed(4).replace('-', '−'));
