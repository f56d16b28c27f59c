// Each control does what it says: it changes the address, and the engine trains with what the address holds. For that the hash after an
// epoch is compared with the one of this machine.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAddress } from '../web/address.js';
import { FEATURES, FIELDS } from '../web/fields.js';
import { DEFAULTS, engineSettings } from '../web/state.js';
import { address, number, onPage, parameterHash, text, withBrowser } from './browser.js';
import { ask, hostHash } from './host.js';

/** @typedef {import('playwright-core').Page} Page */

withBrowser();

/** Trains an epoch and compares the hash with that of this machine. @param {Page} page @param {string} what */
async function sameAsHere(page, what) {
    const { state, complaints } = readAddress(await page.evaluate(() => location.hash));
    assert.deepEqual(complaints, []);
    await page.click('#reset');
    await page.click('#epoch');
    assert.equal(await number(page, 'epoch'), 1, what);
    assert.equal(await parameterHash(page), hostHash(engineSettings(state), 1), what);
    assert.equal(await text(page, '#problem'), '', what);
}

/** What to set a field to, and what to set before so that the field has an effect. @type {[string, string, Record<string, string>?][]} */
const VALUES = [
    ['noise', '0.3'], ['train_share', '0.5'], ['rows', '120'], ['seed', '7'], ['batch_size', '8'], ['learning_rate', '0.02'], ['l2', '0.01'],
    ['optimizer', 'sgd'], ['optimizer', 'momentum'], ['momentum', '0.8'], ['optimizer', 'nesterov'], ['optimizer', 'adagrad'],
    ['adagrad_epsilon', '0.001'], ['optimizer', 'rmsprop'], ['alpha', '0.9'], ['epsilon', '0.001'], ['optimizer', 'amsgrad'],
    ['optimizer', 'adam'], ['beta1', '0.8'], ['beta2', '0.99'], ['optimizer', 'adamw'], ['weight_decay', '0.1'],
    ['warm_up', '20'], ['decay', 'step'], ['decay_every', '5'], ['decay_factor', '0.7'], ['decay', 'exponential'], ['decay', 'plateau'],
    ['decay_floor', '0.1'], ['decay_patience', '2'], ['decay', 'cosine'], ['decay_steps', '50'], ['clip', 'value'], ['clip', 'norm'],
    ['clip_limit', '0.05'], ['initialization', 'he_uniform'], ['weight_scale', '0.3'],
];

test('every field of the settings', async () => {
    await onPage('', async (page) => {
        await page.click('#more-learning summary');
        for (const [name, value] of VALUES) {
            const control = page.locator(`#field-${name}`);
            const kind = FIELDS.find((field) => field.name === name)?.kind;
            await (kind === 'choice' ? control.selectOption(value) : control.fill(value));
            await control.press('Tab');
            const { state } = readAddress(await page.evaluate(() => location.hash));
            assert.equal(String(state[/** @type {keyof typeof state} */ (name)]), value, name);
            await sameAsHere(page, `${name}=${value}`);
        }
        const tried = new Set([...VALUES.map(([name]) => name), 'data', 'speed', 'loss', 'huber_threshold']);
        assert.deepEqual(FIELDS.filter((field) => !tried.has(field.name)).map((field) => field.name), []);
    });
});

/** What has to be chosen so that the field has an effect. @type {Record<string, object>} */
const NEEDS = {
    momentum: { optimizer: 'momentum' }, alpha: { optimizer: 'rmsprop' }, adagrad_epsilon: { optimizer: 'adagrad' },
    weight_decay: { optimizer: 'adamw', learning_rate: 1e-7 }, decay_every: { decay: 'step' }, decay_factor: { decay: 'exponential' },
    decay_steps: { decay: 'cosine' }, decay_floor: { decay: 'cosine' }, decay_patience: { decay: 'plateau' }, clip_limit: { clip: 'norm' },
    huber_threshold: { data: 'plane', loss: 'huber' },
};

test('the engine accepts both ends of every range', () => {
    for (const { name, low, high } of FIELDS) {
        for (const value of [low, high].filter((end) => end !== undefined)) {
            const settings = { ...engineSettings(DEFAULTS), ...NEEDS[name], [name]: value };
            assert.ok(ask([{ call: 'configure', run: 0, settings }]).hash, `${name}=${value}`);
        }
    }
});

test('every data set, and the losses of a regression', async () => {
    await onPage('rows=100', async (page) => {
        for (const name of ['circle', 'xor', 'gauss', 'spiral', 'moons', 'plane', 'multi_gauss']) {
            await page.check(`#data-${name}`);
            assert.equal((await address(page)).data ?? 'moons', name);
            assert.equal(await page.isVisible('#figure-accuracy-box'), !['plane', 'multi_gauss'].includes(name));
            await sameAsHere(page, name);
        }
        await page.click('#more-learning summary');
        await page.selectOption('#field-loss', 'huber');
        await page.fill('#field-huber_threshold', '0.1');
        await page.press('#field-huber_threshold', 'Tab');
        assert.equal((await address(page)).loss, 'huber');
        assert.equal((await address(page)).huber_threshold, '0.1');
        await sameAsHere(page, 'huber');
    });
});

test('features are switched on and off, and the last one stays', async () => {
    await onPage('rows=100', async (page) => {
        for (const [name, title] of [...FEATURES].reverse()) {
            const feature = page.getByRole('button', { name: `Feature ${title}`, exact: true });
            const pressed = await feature.getAttribute('aria-pressed') === 'true';
            await feature.click();
            assert.equal(await feature.getAttribute('aria-pressed'), String(!pressed), name);
            await sameAsHere(page, name);
        }
        const on = ((await address(page)).features ?? '').split(',');
        assert.deepEqual(on, ['x1_squared', 'x2_squared', 'x1_x2', 'sin_x1', 'sin_x2']);
        for (const name of on) {
            const title = FEATURES.find(([one]) => one === name)?.[1];
            await page.getByRole('button', { name: `Feature ${title}`, exact: true }).click();
        }
        assert.equal((await address(page)).features, 'sin_x2');
        assert.match(await text(page, '#problem'), /features/);
    });
});

test('layers: more, fewer, units, activations, dropout', async () => {
    await onPage('rows=100', async (page) => {
        await page.click('#more-layers');
        await page.click('#more-layers');
        assert.ok(await page.isDisabled('#more-layers'));
        await page.getByRole('button', { name: 'Add a neuron to layer 1' }).click();
        await page.getByRole('button', { name: 'Remove a neuron from layer 2' }).click();
        await page.fill('#layer-2-units', '8');
        await page.press('#layer-2-units', 'Tab');
        assert.ok(await page.getByRole('button', { name: 'Add a neuron to layer 3' }).isDisabled());
        await page.fill('#layer-0-dropout', '0.25');
        await page.press('#layer-0-dropout', 'Tab');
        await page.selectOption('#layer-3-activation', 'gelu');
        assert.equal((await address(page)).layers, '7:tanh:0.25,3:tanh:0,8:tanh:0,4:gelu:0');
        await sameAsHere(page, 'layers');
        for (const name of ['identity', 'relu', 'leaky_relu', 'elu', 'sigmoid', 'tanh', 'silu', 'gelu', 'softplus']) {
            await page.selectOption('#activation', name);
            assert.ok((await address(page)).layers?.split(',').every((layer) => layer.split(':')[1] === name));
            await sameAsHere(page, name);
        }
        for (let count = 0; count < 4; count += 1) {
            await page.click('#fewer-layers');
        }
        assert.ok(await page.isDisabled('#fewer-layers'));
        assert.equal((await address(page)).layers, '');
        await sameAsHere(page, 'no layers');
    });
});

test('wrong numbers are refused with a sentence, and nothing changes', async () => {
    await onPage('', async (page) => {
        await page.click('#epoch');
        const hash = await parameterHash(page);
        for (const [id, value] of [['#field-rows', '3'], ['#field-learning_rate', '-1'], ['#field-batch_size', '1.5'], ['#field-seed', ''], ['#layer-0-units', '9'], ['#layer-1-dropout', '1']]) {
            const before = await page.inputValue(id ?? '');
            await page.fill(id ?? '', value ?? '');
            await page.press(id ?? '', 'Tab');
            assert.match(await text(page, '#problem'), /has to be/, id);
            assert.equal(await page.inputValue(id ?? ''), before, id);
        }
        assert.deepEqual(await address(page), { tab: 'chip' });
        assert.equal(await parameterHash(page), hash);
        assert.equal(await number(page, 'epoch'), 1);
    });
});

test('arrow keys step through usual values', async () => {
    await onPage('', async (page) => {
        await page.press('#field-learning_rate', 'ArrowUp');
        assert.equal((await address(page)).learning_rate, '0.03');
        await page.press('#field-batch_size', 'ArrowDown');
        assert.equal((await address(page)).batch_size, '8');
    });
});

test('test points, two colours and new points', async () => {
    await onPage('', async (page) => {
        const picture = () => page.evaluate(() => /** @type {HTMLCanvasElement} */ (document.getElementById('surface')).toDataURL());
        const colours = () => page.evaluate(() => {
            const canvas = /** @type {HTMLCanvasElement} */ (document.getElementById('surface'));
            const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
            copy?.drawImage(canvas, 0, 0);
            const pixels = copy?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
            const found = new Set();
            for (let at = 0; at < pixels.length; at += 4) {
                found.add(`${pixels[at]},${pixels[at + 1]},${pixels[at + 2]}`);
            }
            return found.size;
        });
        const [first, many] = [await picture(), await colours()];
        await page.uncheck('#show-test');
        assert.equal((await address(page)).show_test, 'false');
        const without = await picture();
        assert.notEqual(without, first);
        await page.check('#discretise');
        assert.equal((await address(page)).discretise, 'true');
        assert.ok(await colours() < many);
        await page.click('#regenerate');
        assert.equal((await address(page)).seed, '2');
        await sameAsHere(page, 'seed 2');
    });
});

test('the theme is switched and remembered', async () => {
    await onPage('', async (page) => {
        const until = (/** @type {string} */ theme) => page.waitForFunction((wanted) => document.documentElement.dataset.theme === wanted, theme);
        await until('light');
        await page.selectOption('#theme', 'dark');
        await until('dark');
        await page.reload();
        await page.waitForSelector('.neuron');
        await until('dark');
        await page.selectOption('#theme', 'auto');
        await until('light');
        await page.emulateMedia({ colorScheme: 'dark' });
        await until('dark');
        await page.emulateMedia({ colorScheme: 'light' });
        await until('light');
    });
});
