// The hidden layers: how many, and units, activation and dropout of each.

import { byId, keepFocus, make } from './dom.js';
import { ACTIVATIONS } from './fields.js';
import { showProblem } from './message.js';

/**
 * @typedef {import('./app.js').App} App
 * @typedef {import('./engine.js').LayerSettings} LayerSettings
 * @typedef {import('./engine.js').ActivationName} ActivationName
 */

const MOST_LAYERS = 4;
export const MOST_UNITS = 8;

/** @param {App} app */
export function startLayers(app) {
    byId('learning-fields', HTMLElement).append(commonActivation(app));
    const fewer = byId('fewer-layers', HTMLButtonElement);
    const more = byId('more-layers', HTMLButtonElement);
    /** @param {LayerSettings[]} layers */
    const change = (layers) => {
        app.change({ layers });
        keepFocus(more, fewer);
    };
    fewer.addEventListener('click', () => change(app.state.layers.slice(0, -1)));
    more.addEventListener('click', () => change([...app.state.layers, added(app.state.layers)]));
    const show = () => {
        const count = app.state.layers.length;
        fewer.disabled = count === 0;
        more.disabled = count === MOST_LAYERS;
        byId('layer-count', HTMLElement).textContent = `${count} hidden layer${count === 1 ? '' : 's'}`;
        byId('no-layers', HTMLElement).hidden = count > 0;
        showRows(app);
    };
    app.on('settings', show);
    show();
}

/** One activation for all hidden layers. @param {App} app */
function commonActivation(app) {
    const select = make('select', { id: 'activation' }, make('option', { value: '', hidden: true }, 'different ones'),
        ...ACTIVATIONS.map(([value, text]) => make('option', { value }, text)));
    select.addEventListener('change', () => {
        const activation = /** @type {ActivationName} */ (select.value);
        app.change({ layers: app.state.layers.map((layer) => ({ ...layer, activation })) });
    });
    const show = () => {
        const kinds = new Set(app.state.layers.map((layer) => layer.activation));
        select.disabled = kinds.size === 0;
        select.value = kinds.size === 1 ? [...kinds].join() : '';
    };
    app.on('settings', show);
    show();
    return make('div', { class: 'field' }, make('label', { for: 'activation' }, 'Activation'), select);
}

/** One more like the last. @param {LayerSettings[]} layers @returns {LayerSettings} */
function added(layers) {
    return layers[layers.length - 1] ?? { units: 4, activation: 'tanh', dropout: 0 };
}

/**
 * Changes one layer.
 * @param {App} app
 * @param {number} index
 * @param {Partial<LayerSettings>} changes
 */
export function changeLayer(app, index, changes) {
    return app.change({ layers: app.state.layers.map((layer, at) => (at === index ? { ...layer, ...changes } : layer)) });
}

/** As many rows of controls as there are layers; those that stay keep the focus. @param {App} app */
function showRows(app) {
    const place = byId('layers', HTMLElement);
    const { layers } = app.state;
    while (place.children.length > layers.length) {
        place.lastElementChild?.remove();
    }
    layers.forEach((layer, index) => {
        const row = place.children[index] ?? place.appendChild(layerRow(app, index));
        setValue(row, 'units', String(layer.units));
        setValue(row, 'activation', layer.activation);
        setValue(row, 'dropout', String(layer.dropout));
    });
}

/** @param {Element} row @param {string} name @param {string} value */
function setValue(row, name, value) {
    const input = row.querySelector(`[data-name="${name}"]`);
    if (input instanceof HTMLInputElement || input instanceof HTMLSelectElement) {
        input.value = value;
    }
}

/** @param {App} app @param {number} index */
function layerRow(app, index) {
    const id = `layer-${index}`;
    const units = make('input', { id: `${id}-units`, 'data-name': 'units', type: 'number', min: 1, max: MOST_UNITS, step: 1 });
    const activation = make('select', { id: `${id}-activation`, 'data-name': 'activation' },
        ...ACTIVATIONS.map(([value, text]) => make('option', { value }, text)));
    const dropout = make('input', { id: `${id}-dropout`, 'data-name': 'dropout', type: 'number', min: 0, max: 0.9, step: 0.1 });
    units.addEventListener('change', () => {
        const value = Number(units.value);
        const good = Number.isInteger(value) && value >= 1 && value <= MOST_UNITS;
        takeNumber(app, index, good, { units: value }, 'The number of neurons has to be a whole number from 1 to 8.');
    });
    dropout.addEventListener('change', () => {
        const value = dropout.value === '' ? NaN : Number(dropout.value);
        takeNumber(app, index, value >= 0 && value <= 0.9, { dropout: value }, 'Dropout has to be a number from 0 to 0.9.');
    });
    activation.addEventListener('change', () => changeLayer(app, index, { activation: /** @type {ActivationName} */ (activation.value) }));
    return make('fieldset', {}, make('legend', {}, `Layer ${index + 1}`),
        make('label', {}, 'Neurons', units), make('label', {}, 'Activation', activation), make('label', {}, 'Dropout', dropout));
}

/**
 * @param {App} app
 * @param {number} index
 * @param {boolean} good
 * @param {Partial<LayerSettings>} changes
 * @param {string} complaint
 */
function takeNumber(app, index, good, changes, complaint) {
    if (good) {
        changeLayer(app, index, changes);
    } else {
        showRows(app);
        showProblem(complaint);
    }
}
