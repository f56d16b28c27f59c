// The settings in the address: written and read back they are the same; broken ones fall back and are named.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complaint, readAddress, writeAddress } from '../web/address.js';
import { FIELDS, unfit } from '../web/fields.js';
import { PRESETS, presetState } from '../web/presets.js';
import { DEFAULTS } from '../web/state.js';
import { generator, randomState } from './random.js';

test('random settings come back from the address', () => {
    const random = generator(1);
    for (let count = 0; count < 2000; count += 1) {
        const state = randomState(random);
        const { state: back, complaints } = readAddress(`#${writeAddress(state)}`);
        assert.deepEqual(complaints, []);
        assert.deepEqual(back, state);
    }
});

test('the defaults need no address, and a preset needs its name alone', () => {
    assert.equal(writeAddress(DEFAULTS), '');
    assert.deepEqual(readAddress('').state, DEFAULTS);
    for (const { name } of PRESETS) {
        const state = presetState(name);
        assert.ok(state);
        assert.equal(writeAddress(state), `preset=${name}`);
        assert.deepEqual(readAddress(`#preset=${name}`), { state, complaints: [] });
    }
});

test('all presets fit the fields', () => {
    for (const { name } of PRESETS) {
        const state = presetState(name);
        assert.ok(state);
        assert.deepEqual(FIELDS.filter((field) => unfit(field, state[field.name])).map((field) => field.name), [], name);
    }
});

const BROKEN = [
    ['rows=abc', 'rows'], ['rows=19', 'rows'], ['rows=20.5', 'rows'], ['rows=', 'rows'], ['noise=NaN', 'noise'], ['noise=-0.1', 'noise'],
    ['learning_rate=Infinity', 'learning_rate'], ['learning_rate=-1', 'learning_rate'], ['optimizer=adamm', 'optimizer'],
    ['features=', 'features'], ['features=x1,x1', 'features'], ['features=x9', 'features'], ['layers=9:tanh:0', 'layers'],
    ['layers=1:tanh', 'layers'], ['layers=1:tanh:0:1', 'layers'], ['layers=1:tanh:0.95', 'layers'], ['layers=a', 'layers'],
    ['layers=1:tanh:0,1:tanh:0,1:tanh:0,1:tanh:0,1:tanh:0', 'layers'], ['race=adam', 'race'], ['race=adam:-1:constant', 'race'],
    ['tab=nothing', 'tab'], ['show_test=1', 'show_test'], ['preset=nothing', 'preset'], ['seed=-1', 'seed'], ['seed=4294967296', 'seed'],
    ['__proto__=1', '__proto__'], ['constructor=1', 'constructor'], ['colour=red', 'colour'], ['%E0%A4%A=1', '%E0%A4%A'],
    ['data=%E0%A4%A', 'data'], ['engineSettings=1', 'engineSettings'],
];

test('each broken field keeps its default and is named', () => {
    for (const [hash = '', name = ''] of BROKEN) {
        const { state, complaints } = readAddress(`#${hash}`);
        assert.deepEqual(state, DEFAULTS, hash);
        assert.equal(complaints.length, 1, hash);
        assert.ok(complaints[0]?.includes(name), complaints[0]);
    }
});

test('what is right beside a broken field is kept', () => {
    const { state, complaints } = readAddress('#rows=abc&noise=0.3&&data=spiral');
    assert.deepEqual(state, { ...DEFAULTS, noise: 0.3, data: 'spiral' });
    assert.equal(complaints.length, 1);
});

test('no text at all makes the reader throw', () => {
    const random = generator(7);
    const signs = 'abcdefx1=&%,:.#_-+0123456789é ';
    for (let count = 0; count < 5000; count += 1) {
        const hash = Array.from({ length: Math.floor(random() * 40) }, () => signs[Math.floor(random() * signs.length)]).join('');
        const { state } = readAddress(hash);
        assert.deepEqual(readAddress(writeAddress(state)).state, state);
    }
});

test('of many complaints the first three are shown', () => {
    assert.equal(complaint(readAddress('#rows=1&noise=2').complaints).match(/has to be/g)?.length, 2);
    const many = complaint(readAddress('#rows=1&noise=2&seed=a&race=b&tab=c').complaints);
    assert.equal(many.match(/has to be/g)?.length, 3);
    assert.match(many, / 2 more of its settings do not work\.$/);
    assert.match(complaint(readAddress('#race=b').complaints), /None is used/);
});
