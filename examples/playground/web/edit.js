// The dialog that changes the bias and the weights of a neuron.

import { byId, button, make } from './dom.js';
import { attempt, tell } from './message.js';
import { featureName, unitName } from './names.js';

/** @typedef {import('./app.js').App} App */

/**
 * @param {App} app
 * @param {number} layer
 * @param {number} unit
 * @param {number} [from]  the weight to begin with; the bias without it
 */
export function openEdit(app, layer, unit, from) {
    app.setRunning(false);
    const dialog = byId('edit', HTMLDialogElement);
    const network = app.engine.network(0);
    const values = network.layers[layer];
    const last = network.layers.length - 1;
    if (!values) {
        return;
    }
    const name = (/** @type {number} */ input) => (layer === 0 ? featureName(network.features[input] ?? '') : unitName(layer - 1, input, last));
    const bias = numberField('Bias', values.biases[unit] ?? 0);
    const weights = values.weights.map((row, input) => numberField(`Weight from ${name(input)}`, row[unit] ?? 0));
    dialog.replaceChildren(editForm(`Change ${unitName(layer, unit, last)}`, [bias, ...weights], () => {
        if (attempt(() => apply(app, layer, unit, bias, weights))) {
            dialog.close();
        }
    }));
    dialog.showModal();
    (from === undefined ? bias : weights[from] ?? bias).input.select();
}

/**
 * @param {string} title
 * @param {NumberField[]} fields
 * @param {() => void} done  called where all are finite numbers
 */
function editForm(title, fields, done) {
    const complaint = make('p', { class: 'problem', role: 'alert', hidden: true });
    const close = () => byId('edit', HTMLDialogElement).close();
    const form = make('form', { method: 'dialog' }, make('h2', { id: 'edit-title' }, title), complaint,
        make('div', { class: 'fields' }, ...fields.map((field) => field.box)),
        make('div', { class: 'actions' }, make('button', { class: 'apply' }, 'Set'), button('Cancel', close)));
    form.addEventListener('submit', (event) => {
        event.preventDefault();
        const wrong = fields.find((field) => !field.good());
        complaint.hidden = !wrong;
        if (wrong) {
            complaint.textContent = `${wrong.name} has to be a finite number.`;
            wrong.input.focus();
        } else {
            done();
        }
    });
    return form;
}

/** @typedef {ReturnType<typeof numberField>} NumberField */

/** @param {string} name @param {number} value */
function numberField(name, value) {
    const input = make('input', { type: 'number', step: 'any', value, autocomplete: 'off' });
    const read = () => (input.value === '' ? NaN : Math.fround(Number(input.value)));
    return { name, input, box: make('label', {}, name, input), read, good: () => Number.isFinite(read()), changed: () => read() !== Math.fround(value) };
}

/**
 * Sets what was changed.
 * @param {App} app
 * @param {number} layer
 * @param {number} unit
 * @param {NumberField} bias
 * @param {NumberField[]} weights
 */
function apply(app, layer, unit, bias, weights) {
    if (bias.changed()) {
        app.engine.setBias(0, layer, unit, bias.read());
    }
    weights.forEach((weight, from) => {
        if (weight.changed()) {
            app.engine.setWeight(0, layer, from, unit, weight.read());
        }
    });
    app.refresh();
    const { status } = app.main;
    tell(`Changed. Training loss ${status.train_loss.toFixed(3)}, test loss ${status.test_loss.toFixed(3)}.`);
}
