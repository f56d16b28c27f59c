// All that the address of the page holds, as one plain object.

/** @typedef {import('./engine.js').Settings} Settings */

/**
 * One more network in the race. All other settings are those of the page.
 * @typedef {object} Racer
 * @property {import('./engine.js').OptimizerName} optimizer
 * @property {number} learning_rate
 * @property {import('./engine.js').DecayName} decay
 */

/**
 * @typedef {object} View
 * @property {string} preset      name of the preset that the page began with, or nothing
 * @property {Racer[]} race       at most 7 beside the main network
 * @property {'slow'|'step'|'epoch'|'fast'} speed
 * @property {boolean} show_test
 * @property {boolean} discretise
 * @property {string} tab         name of the open tab
 */

/** @typedef {Settings & View} State */

/** The tabs, in their order. */
export const TABS = /** @type {const} */ (['race', 'metrics', 'gradients', 'steps', 'chip', 'files', 'rust']);

/** What the page begins with. @type {State} */
export const DEFAULTS = {
    data: 'moons',
    rows: 300,
    noise: 0.15,
    train_share: 0.7,
    features: ['x1', 'x2'],
    layers: [{ units: 6, activation: 'tanh', dropout: 0 }, { units: 4, activation: 'tanh', dropout: 0 }],
    loss: 'auto',
    huber_threshold: 1,
    l2: 0,
    clip: 'none',
    clip_limit: 1,
    optimizer: 'adam',
    learning_rate: 0.01,
    momentum: 0.9,
    beta1: 0.9,
    beta2: 0.999,
    alpha: 0.99,
    epsilon: 1e-8,
    adagrad_epsilon: 1e-10,
    weight_decay: 0.01,
    decay: 'constant',
    warm_up: 0,
    decay_every: 500,
    decay_factor: 0.5,
    decay_steps: 5000,
    decay_floor: 0,
    decay_patience: 10,
    batch_size: 16,
    seed: 1,
    initialization: 'default',
    weight_scale: 1,
    preset: '',
    race: [],
    speed: 'epoch',
    show_test: true,
    discretise: false,
    tab: 'race',
};

/** The names in `View`: what the engine does not know of. */
export const VIEW = new Set(['preset', 'race', 'speed', 'show_test', 'discretise', 'tab']);

/**
 * What the engine gets.
 * @param {State} state
 * @returns {Settings}
 */
export function engineSettings(state) {
    const { preset, race, speed, show_test, discretise, tab, ...settings } = state;
    return settings;
}

/**
 * A copy that shares nothing with the other.
 * @param {State} state
 * @returns {State}
 */
export function copied(state) {
    return structuredClone(state);
}
