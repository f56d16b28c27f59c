// The state of the page as the part of its address after `#`, and back.

import { ACTIVATIONS, DECAYS, FEATURES, FIELDS, OPTIMIZERS, unfit } from './fields.js';
import { PRESETS, presetState } from './presets.js';
import { DEFAULTS, TABS, copied } from './state.js';

/** @typedef {import('./state.js').State} State */

/** So many complaints are shown. */
const MOST_COMPLAINTS = 3;
/** @param {string} text */
const asNumber = (text) => (text.trim() === '' ? NaN : Number(text));
/** @param {[string, string][]} choices @param {string} name */
const isOne = (choices, name) => choices.some(([choice]) => choice === name);

/** Values that are not a number or a choice: how they are written, read, and what they have to be. */
const PARTS = {
    features: {
        /** @param {State} state */
        write: (state) => state.features.join(','),
        read: readFeatures,
        wanted: `features out of ${FEATURES.map(([name]) => name).join(', ')}, each once`,
    },
    layers: {
        /** @param {State} state */
        write: (state) => state.layers.map((layer) => `${layer.units}:${layer.activation}:${layer.dropout}`).join(','),
        read: readLayers,
        wanted: 'up to 4 layers such as 6:tanh:0, with 1 to 8 units and dropout from 0 to 0.9',
    },
    race: {
        /** @param {State} state */
        write: (state) => state.race.map((racer) => `${racer.optimizer}:${racer.learning_rate}:${racer.decay}`).join(','),
        read: readRace,
        wanted: 'up to 7 networks such as adam:0.01:constant',
    },
    show_test: { write: (/** @type {State} */ state) => String(state.show_test), read: readFlag, wanted: 'true or false' },
    discretise: { write: (/** @type {State} */ state) => String(state.discretise), read: readFlag, wanted: 'true or false' },
    tab: {
        /** @param {State} state */
        write: (state) => state.tab,
        /** @param {string} text */
        read: (text) => TABS.find((tab) => tab === text),
        wanted: `one of ${TABS.join(', ')}`,
    },
};

/**
 * What differs from the preset, or from the defaults.
 * @param {State} state
 */
export function writeAddress(state) {
    const base = presetState(state.preset) ?? copied(DEFAULTS);
    const parts = state.preset ? [`preset=${state.preset}`] : [];
    for (const name of names()) {
        const text = written(state, name);
        if (text !== written(base, name)) {
            parts.push(`${name}=${encodeURIComponent(text).replaceAll('%2C', ',').replaceAll('%3A', ':')}`);
        }
    }
    return parts.join('&');
}

/**
 * Unknown and broken fields keep the value of the preset or default, and are named.
 * @param {string} address  with or without `#`
 * @returns {{state: State, complaints: string[]}}
 */
export function readAddress(address) {
    const pairs = address.replace(/^#/, '').split('&').filter(Boolean).map(splitPair);
    /** @type {string[]} */
    const complaints = [];
    const preset = pairs.find(([name]) => name === 'preset')?.[1] ?? '';
    const base = presetState(preset);
    if (preset && !base) {
        complaints.push(`There is no preset “${preset}”; there are ${PRESETS.map((one) => one.name).join(', ')}.`);
    }
    const state = base ?? copied(DEFAULTS);
    for (const [name, text] of pairs) {
        if (name !== 'preset') {
            complaints.push(...readOne(state, name, text));
        }
    }
    return { state, complaints };
}

/**
 * Complaints as one text: the first few.
 * @param {string[]} complaints
 */
export function complaint(complaints) {
    const more = complaints.length - MOST_COMPLAINTS;
    return [...complaints.slice(0, MOST_COMPLAINTS), ...(more > 0 ? [`${more} more of its settings ${more === 1 ? 'does' : 'do'} not work.`] : [])].join(' ');
}

/** @param {string} pair @returns {[string, string]} */
function splitPair(pair) {
    const at = pair.indexOf('=');
    const [name, text] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    try {
        return [name, decodeURIComponent(text)];
    } catch {
        return [name, text];
    }
}

/**
 * @param {State} state  gets the value
 * @param {string} name
 * @param {string} text
 * @returns {string[]} complaints
 */
function readOne(state, name, text) {
    const part = partOf(name);
    const field = FIELDS.find((one) => one.name === name);
    const value = part ? part.read(text) : field?.kind === 'choice' ? text : asNumber(text);
    const wanted = part ? (value === undefined ? part.wanted : '') : field ? unfit(field, value) : 'nothing';
    if (!part && !field) {
        return [`The address sets “${name}”, which does not exist here.`];
    }
    if (wanted) {
        return [`The address has ${name}=${text}; it has to be ${wanted}. ${written(state, name) || 'None'} is used.`];
    }
    Object.assign(state, { [name]: value });
    return [];
}

/** @param {string} name */
function partOf(name) {
    return Object.hasOwn(PARTS, name) ? PARTS[/** @type {keyof typeof PARTS} */ (name)] : undefined;
}

/** All names in the order of the address. */
function names() {
    return [...FIELDS.map((field) => String(field.name)), ...Object.keys(PARTS)];
}

/** @param {State} state @param {string} name */
function written(state, name) {
    const part = partOf(name);
    return part ? part.write(state) : String(state[/** @type {keyof State} */ (name)]);
}

/** @param {string} text */
function readFlag(text) {
    return text === 'true' ? true : text === 'false' ? false : undefined;
}

/** @param {string} text */
function readFeatures(text) {
    const names = text.split(',');
    const good = new Set(names).size === names.length && names.every((name) => isOne(FEATURES, name));
    return good ? names : undefined;
}

/** @param {string} text */
function readLayers(text) {
    const layers = text === '' ? [] : text.split(',').map((part) => {
        const [units = '', activation = '', dropout = '', more] = part.split(':');
        return { units: asNumber(units), activation, dropout: asNumber(dropout), more };
    });
    const good = layers.length <= 4 && layers.every(({ units, activation, dropout, more }) => more === undefined
        && Number.isInteger(units) && units >= 1 && units <= 8 && isOne(ACTIVATIONS, activation) && dropout >= 0 && dropout <= 0.9);
    return good ? layers.map(({ units, activation, dropout }) => ({ units, activation, dropout })) : undefined;
}

/** @param {string} text */
function readRace(text) {
    const racers = text === '' ? [] : text.split(',').map((part) => {
        const [optimizer = '', rate = '', decay = '', more] = part.split(':');
        return { optimizer, learning_rate: asNumber(rate), decay, more };
    });
    const good = racers.length <= 7 && racers.every(({ optimizer, learning_rate, decay, more }) => more === undefined
        && isOne(OPTIMIZERS, optimizer) && learning_rate >= 0 && learning_rate <= 2e9 && isOne(DECAYS, decay));
    return good ? racers.map(({ optimizer, learning_rate, decay }) => ({ optimizer, learning_rate, decay })) : undefined;
}
