// Each preset opens, does what its sentence says where that can be measured, and stands in docs/playground.md.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { withNames } from '../web/names.js';
import { PRESETS, presetState } from '../web/presets.js';
import { engineSettings } from '../web/state.js';
import { number, onPage, text, withBrowser } from './browser.js';
import { ask, hostHash } from './host.js';

/** @typedef {import('playwright-core').Page} Page */

withBrowser();

/**
 * Presses Epoch so often, or until training stops: the same epochs on every machine, however busy it is.
 * @param {Page} page
 * @param {number} epochs
 */
async function train(page, epochs) {
    await page.evaluate((count) => {
        for (let epoch = 0; epoch < count && !document.getElementById('problem')?.textContent; epoch += 1) {
            document.getElementById('epoch')?.click();
        }
    }, epochs);
}

/** The verdicts of the layers. @param {Page} page */
async function verdicts(page) {
    await page.click('#tab-gradients');
    return page.locator('#trace tbody tr td:last-child').allTextContents();
}

/** What a preset has to show. @type {Record<string, (page: Page) => Promise<void>>} */
const SHOWS = {
    neuron: async (page) => {
        await train(page, 100);
        assert.ok(await number(page, 'test') < 0.1);
    },
    line: async (page) => {
        await train(page, 300);
        assert.ok(await number(page, 'training') > 0.68);
        for (const feature of ['x₁²', 'x₂²']) {
            await page.getByRole('button', { name: `Feature ${feature}`, exact: true }).click();
        }
        await train(page, 300);
        assert.ok(await number(page, 'test') < 0.2);
    },
    layers: async (page) => {
        await train(page, 200);
        assert.ok(await number(page, 'test') < 0.1);
    },
    backpropagation: async (page) => {
        await page.click('#step');
        assert.equal(await page.locator('#six-steps > li').count(), 6);
        assert.match(await text(page, '#six-steps'), /Forward pass.*Loss.*Backward pass.*Gradient.*Update.*afterwards/s);
    },
    adam: async (page) => {
        await train(page, 100);
        const losses = (await page.locator('#race-table tbody tr td:nth-child(6)').allTextContents()).map(Number);
        assert.ok((losses[0] ?? 1) < 0.3 * (losses[1] ?? 0), String(losses));
    },
    schedules: async (page) => {
        await train(page, 200);
        /** @type {number[][]} */
        const losses = [];
        for (let count = 0; count < 12; count += 1) {
            await page.click('#epoch');
            losses.push((await page.locator('#race-table tbody tr td:nth-child(6)').allTextContents()).map(Number));
        }
        const jumps = (/** @type {number} */ row) => Math.max(...losses.map((of) => of[row] ?? 0)) - Math.min(...losses.map((of) => of[row] ?? 0));
        assert.ok(jumps(2) < 0.2 * jumps(0) && jumps(1) < jumps(0), String([jumps(0), jumps(1), jumps(2)]));
    },
    batches: async (page) => {
        await train(page, 100);
        const whole = await number(page, 'training');
        assert.ok(whole > 0.25);
        await page.fill('#field-batch_size', '8');
        await page.press('#field-batch_size', 'Tab');
        await train(page, 100);
        assert.ok(await number(page, 'training') < 0.5 * whole);
    },
    overfitting: async (page) => {
        await train(page, 300);
        assert.ok(await number(page, 'training') < 0.05 && await number(page, 'test') > 0.8);
    },
    l2: async (page) => {
        await train(page, 300);
        assert.ok(await number(page, 'test') < 0.5);
    },
    dropout: async (page) => {
        await train(page, 300);
        assert.ok(await number(page, 'test') < 0.6);
    },
    metrics: async (page) => {
        await train(page, 60);
        assert.match(await text(page, '#scores'), /Precision.*Recall.*F1.*ROC AUC/s);
        assert.match(await page.getAttribute('.roc', 'aria-label') ?? '', /area under it 0\.9/);
    },
    vanishing: async (page) => {
        for (const epochs of [0, 20, 180]) {
            await train(page, epochs);
            const found = await verdicts(page);
            assert.equal(found[0], 'vanishing', String(found));
            assert.equal(found[4], 'healthy', String(found));
        }
        assert.match(await text(page, '#advice'), /vanishing: use Relu .*times smaller than that of the output/s);
        assert.ok(await number(page, 'training') > 0.68);
        await page.selectOption('#activation', 'relu');
        await page.fill('#field-weight_scale', '1');
        await page.press('#field-weight_scale', 'Tab');
        await train(page, 400);
        assert.ok(!(await verdicts(page)).includes('vanishing'));
        assert.ok(await number(page, 'training') < 0.2);
    },
    dead: async (page) => {
        await train(page, 20);
        const found = await verdicts(page);
        assert.ok(found.includes('dead'));
        assert.equal(found.includes('vanishing'), /correct that layer first/.test(await text(page, '#advice')));
        assert.ok(await number(page, 'training') > 0.6);
        await page.fill('#field-learning_rate', '0.03');
        await page.press('#field-learning_rate', 'Tab');
        await train(page, 400);
        assert.ok(!(await verdicts(page)).includes('dead'));
        assert.ok(await number(page, 'training') < 0.2);
    },
    exploding: async (page) => {
        await page.click('#run');
        await page.waitForFunction(() => document.getElementById('problem')?.textContent);
        assert.match(await text(page, '#problem'), /^Training stopped: the gradient of the .* of (the output layer|layer [123]) .*exploded.* Run begins anew\.$/);
    },
    together: async (page) => {
        await train(page, 60);
        assert.ok(await number(page, 'test') < 0.2);
    },
};

for (const { name, title } of PRESETS) {
    test(`preset ${name}`, async () => {
        await onPage('', async (page) => {
            await page.click(`#preset-${name}`);
            await page.waitForFunction((wanted) => document.getElementById('lead')?.textContent?.startsWith(wanted), `${title}. `);
            assert.match(await page.evaluate(() => location.hash), new RegExp(`preset=${name}`));
            await SHOWS[name]?.(page);
        });
    });
}

test('every preset has the hash of this machine after two epochs', async () => {
    for (const { name } of PRESETS) {
        const state = presetState(name);
        assert.ok(state);
        await onPage(`preset=${name}&tab=chip`, async (page) => {
            assert.equal(await text(page, '#hash'), hostHash(engineSettings(state), 0), name);
            if (name !== 'exploding') {
                await page.click('#epoch');
                await page.click('#epoch');
                assert.equal(await text(page, '#hash'), hostHash(engineSettings(state), 2), name);
            }
        });
    }
});

test('the small weights of “Vanishing gradient” make the first layer vanish for 25 seeds, and usual weights for none', () => {
    const state = presetState('vanishing');
    assert.ok(state);
    for (let seed = 1; seed <= 25; seed += 1) {
        for (const weight_scale of [state.weight_scale, 1]) {
            for (const epochs of [0, 200]) {
                const train = Array.from({ length: epochs }, () => ({ call: 'epoch', run: 0 }));
                const settings = engineSettings({ ...state, seed, weight_scale });
                const [first] = ask([{ call: 'configure', run: 0, settings }, ...train, { call: 'trace', run: 0 }]);
                assert.equal(first.verdict, weight_scale === 1 ? 'healthy' : 'vanishing', `seed ${seed}, times ${weight_scale}, ${epochs} epochs`);
            }
        }
    }
});

test('a preset is opened by its address, another one from it, and the start again', async () => {
    await onPage('preset=dead', async (page) => {
        assert.equal(await page.inputValue('#field-learning_rate'), '10');
        await page.click('#preset-adam');
        await page.waitForFunction(() => document.getElementById('lead')?.textContent?.startsWith('Adam'));
        assert.equal(await page.inputValue('#field-learning_rate'), '0.01');
        assert.equal(await page.locator('#race-table tbody tr').count(), 8);
        await page.getByRole('link', { name: 'Back to the start' }).click();
        await page.waitForFunction(() => document.getElementById('lead')?.textContent?.startsWith('A small'));
        assert.equal(await page.locator('#race-table tbody tr').count(), 1);
        assert.ok(await page.isChecked('#data-moons'));
    });
});

test('the documentation names every preset with its sentence', () => {
    const page = readFileSync(new URL('../../../docs/playground.md', import.meta.url), 'utf8').replace(/\s+/g, ' ');
    for (const { name, text: sentence } of PRESETS) {
        assert.ok(page.includes(`#preset=${name}`), name);
        assert.ok(page.includes(sentence), sentence);
    }
});

test('messages about layers have the names of the page', () => {
    assert.equal(withNames('the gradient of the bias of layer 2 (counted from 0) reached 1: it exploded', 2), 'the gradient of the bias of the output layer reached 1: it exploded');
    assert.equal(withNames('the output of row 3 is not finite: layer 0 overflowed first (both counted from 0)', 2),
        'the output of row 3 is not finite: layer 1 overflowed first (the row is counted from 0)');
});
