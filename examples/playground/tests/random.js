// Random states of the page from a seed, for tests.

import { ACTIVATIONS, DECAYS, FEATURES, FIELDS, OPTIMIZERS } from '../web/fields.js';
import { PRESETS, presetState } from '../web/presets.js';
import { DEFAULTS, TABS, copied } from '../web/state.js';

/** @typedef {import('../web/state.js').State} State */

/** A generator of numbers from 0 to 1. @param {number} seed */
export function generator(seed) {
    let state = seed >>> 0 || 1;
    return () => {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        state >>>= 0;
        return state / 2 ** 32;
    };
}

/** @template T @param {() => number} random @param {readonly T[]} list @returns {T} */
export function pick(random, list) {
    return /** @type {T} */ (list[Math.floor(random() * list.length)]);
}

/** @param {() => number} random @returns {State} */
export function randomState(random) {
    const preset = random() < 0.3 ? pick(random, PRESETS).name : '';
    /** @type {Record<string, unknown>} */
    const state = { ...(presetState(preset) ?? copied(DEFAULTS)) };
    for (const field of FIELDS) {
        if (random() < 0.5) {
            state[field.name] = randomValue(random, field);
        }
    }
    const names = (/** @type {[string, string][]} */ list) => pick(random, list)[0];
    const many = (/** @type {number} */ most, /** @type {() => object} */ one) => Array.from({ length: Math.floor(random() * (most + 1)) }, one);
    state.layers = many(4, () => ({ units: 1 + Math.floor(random() * 8), activation: names(ACTIVATIONS), dropout: pick(random, [0, 0.1, random() * 0.9]) }));
    state.race = many(7, () => ({ optimizer: names(OPTIMIZERS), learning_rate: 10 ** (random() * 8 - 6), decay: names(DECAYS) }));
    const features = FEATURES.map(([name]) => name).filter(() => random() < 0.5);
    state.features = features.length ? features : ['x1'];
    Object.assign(state, { show_test: random() < 0.5, discretise: random() < 0.5, tab: pick(random, TABS) });
    return /** @type {State} */ (/** @type {unknown} */ (state));
}

/** @param {() => number} random @param {import('../web/fields.js').Field} field */
function randomValue(random, { kind, low = 0, high = 1, choices = [] }) {
    if (kind === 'choice') {
        return pick(random, choices)[0];
    }
    const value = low + random() * (Math.min(high, 1e6) - low);
    return kind === 'whole' ? Math.floor(value) : pick(random, [value, low]);
}
