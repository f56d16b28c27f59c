// Names of things as people write them.

import { FEATURES } from './fields.js';

/** The name of a feature as people write it. @param {string} feature */
export function featureName(feature) {
    return FEATURES.find(([name]) => name === feature)?.[1] ?? feature;
}

/** The name of a unit. @param {number} layer @param {number} unit @param {number} last  number of the output layer */
export function unitName(layer, unit, last) {
    return layer === last ? 'output' : `layer ${layer + 1}, neuron ${unit + 1}`;
}

/**
 * The text of a choice.
 * @param {[string, string][]} choices
 * @param {string} value
 */
export function choiceName(choices, value) {
    return choices.find(([one]) => one === value)?.[1] ?? value;
}

/**
 * A message of the library, whose layers are counted from 0, with the names that layers have on this page.
 * @param {string} text
 * @param {number} last  number of the output layer
 */
export function withNames(text, last) {
    const name = (/** @type {string} */ number) => (Number(number) === last ? 'the output layer' : `layer ${Number(number) + 1}`);
    return text.replace(/layer (\d+) \(counted from 0\)/, (_, number) => name(number))
        .replace(/layer (\d+) overflowed first \(both counted from 0\)/, (_, number) => `${name(number)} overflowed first (the row is counted from 0)`);
}
