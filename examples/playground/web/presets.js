// Ready-made settings, each with what to press and what one sees.

import { DEFAULTS, copied } from './state.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./engine.js').ActivationName} ActivationName */

/**
 * @typedef {object} Preset
 * @property {string} name    in the address
 * @property {string} title
 * @property {string} text    what to press and what one sees
 * @property {Partial<State>} changes
 */

/**
 * Hidden layers of one kind.
 * @param {number[]} units
 * @param {ActivationName} activation
 * @param {number} [dropout]
 */
const hidden = (units, activation, dropout = 0) => units.map((count) => ({ units: count, activation, dropout }));

/** Few noisy rows and a large network: it learns them by heart. @type {Partial<State>} */
const BY_HEART = {
    data: 'moons', rows: 100, noise: 0.35, train_share: 0.4, layers: hidden([8, 8, 8], 'tanh'), learning_rate: 0.01,
    batch_size: 8, seed: 3, tab: 'metrics',
};

/** @type {Preset[]} */
export const PRESETS = [
    {
        name: 'neuron', title: 'A single neuron',
        text: 'Press Run: a neuron alone draws one straight border, and that is enough for two clouds.',
        changes: { data: 'gauss', noise: 0.2, layers: [] },
    },
    {
        name: 'line', title: 'Where a line is not enough',
        text: 'Press Run: no line parts the inner points from the outer ones. Then switch on x₁² and x₂², or add a hidden layer with +.',
        changes: { data: 'circle', layers: [] },
    },
    {
        name: 'activations', title: 'Activation functions',
        text: 'Press Run: ReLU draws borders with corners. Choose tanh for the hidden layer and press Run again: the corners become round.',
        changes: { data: 'circle', layers: hidden([4], 'relu'), seed: 2 },
    },
    {
        name: 'layers', title: 'Layers build on each other',
        text: 'Press Run and look at the neurons: the first layer draws lines, the second one joins them.',
        changes: { data: 'xor', layers: hidden([4, 2], 'tanh') },
    },
    {
        name: 'backpropagation', title: 'Backpropagation with numbers',
        text: 'Press Step and look below: a step of a small batch in six parts, with every number.',
        changes: { data: 'xor', rows: 40, layers: hidden([2], 'tanh'), optimizer: 'sgd', learning_rate: 0.1, batch_size: 4, speed: 'slow', tab: 'steps' },
    },
    {
        name: 'adam', title: 'Adam against SGD',
        text: 'Press Run and look at the race below: all eight optimizers begin with the same weights. Adam and its relatives are ahead of SGD.',
        changes: {
            data: 'spiral', noise: 0.05, rows: 400, layers: hidden([8, 8], 'tanh'), learning_rate: 0.01, tab: 'race',
            race: [
                { optimizer: 'sgd', learning_rate: 0.01, decay: 'constant' },
                { optimizer: 'momentum', learning_rate: 0.01, decay: 'constant' },
                { optimizer: 'nesterov', learning_rate: 0.01, decay: 'constant' },
                { optimizer: 'adamw', learning_rate: 0.01, decay: 'constant' },
                { optimizer: 'amsgrad', learning_rate: 0.01, decay: 'constant' },
                { optimizer: 'rmsprop', learning_rate: 0.01, decay: 'constant' },
                { optimizer: 'adagrad', learning_rate: 0.01, decay: 'constant' },
            ],
        },
    },
    {
        name: 'schedules', title: 'Schedules of the learning rate',
        text: 'Press Run and look at the race below: a large rate that never falls makes the loss jump, one that falls lets it settle.',
        changes: {
            data: 'moons', noise: 0.25, layers: hidden([8, 8], 'tanh'), optimizer: 'sgd', learning_rate: 1, batch_size: 8,
            decay_steps: 4000, decay_every: 1000, decay_factor: 0.5, decay: 'constant', tab: 'race',
            race: [
                { optimizer: 'sgd', learning_rate: 1, decay: 'step' },
                { optimizer: 'sgd', learning_rate: 1, decay: 'cosine' },
                { optimizer: 'sgd', learning_rate: 1, decay: 'plateau' },
            ],
        },
    },
    {
        name: 'overfitting', title: 'Overfitting',
        text: 'Press Run for some seconds: the training loss falls towards 0, the test loss rises. The network learns few noisy points by heart.',
        changes: { ...BY_HEART },
    },
    {
        name: 'l2', title: 'A cure of overfitting: L2',
        text: 'Press Run: the same points and network with L2. The test loss stays low, the border is smooth, the lines stay thin.',
        changes: { ...BY_HEART, l2: 0.1 },
    },
    {
        name: 'dropout', title: 'A cure of overfitting: dropout',
        text: 'Press Run: at every step other neurons fade, since they are dropped. The test loss rises less than without.',
        changes: { ...BY_HEART, layers: hidden([8, 8, 8], 'tanh', 0.3) },
    },
    {
        name: 'batches', title: 'Mini-batches',
        text: 'Press Run: a step with all rows is smooth, but an epoch is only one step. Choose a batch size of 8 and press Run again: the same number of epochs gets further.',
        changes: { data: 'moons', optimizer: 'sgd', learning_rate: 0.1, batch_size: 1024 },
    },
    {
        name: 'metrics', title: 'More than accuracy',
        text: 'Press Run and look below: confusion matrix, precision, recall, F1 and the ROC curve of two clouds that overlap.',
        changes: { data: 'gauss', noise: 0.6, rows: 500, layers: hidden([4], 'relu'), tab: 'metrics' },
    },
    {
        name: 'vanishing', title: 'Vanishing gradient',
        text: 'Press Run: four layers of sigmoids begin with small weights, and the loss hardly moves. Each layer makes the gradient smaller on its way back, and the table below calls the first layers vanishing. Choose ReLU for all layers, and initial weights times 1.',
        changes: { data: 'circle', layers: hidden([8, 8, 8, 8], 'sigmoid'), optimizer: 'sgd', learning_rate: 0.03, weight_scale: 0.1, tab: 'gradients' },
    },
    {
        name: 'dead', title: 'Dead ReLU',
        text: 'Press Run: the first long steps switch neurons off for every point, and the table below calls their layers dead. Choose leaky ReLU, or a learning rate of 0.03.',
        changes: { data: 'circle', layers: hidden([8, 8], 'relu'), optimizer: 'sgd', learning_rate: 10, tab: 'gradients' },
    },
    {
        name: 'exploding', title: 'Exploding loss',
        text: 'Press Run: the steps are so long that loss and gradient grow beyond all bounds. Training stops and says where. Clip the norm of the gradient, or lower the learning rate.',
        changes: { data: 'plane', layers: hidden([8, 8], 'relu'), optimizer: 'sgd', learning_rate: 5, tab: 'gradients' },
    },
    {
        name: 'together', title: 'All together',
        text: 'Press Run: ReLU, dropout, L2, small batches and Adam on two moons. Then look at RAM, hash and the Rust program below.',
        changes: { data: 'moons', noise: 0.2, rows: 1000, train_share: 0.8, layers: hidden([8, 8], 'relu', 0.1), l2: 0.001, batch_size: 32, tab: 'chip' },
    },
];

/**
 * The state that a preset begins with.
 * @param {string} name
 * @returns {State|undefined}
 */
export function presetState(name) {
    const preset = PRESETS.find((one) => one.name === name);
    return preset && copied({ ...DEFAULTS, ...preset.changes, preset: name });
}
