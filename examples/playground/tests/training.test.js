// Run, pause, step, epoch, reset and speed; the race; the hash beside that of this machine.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAddress, writeAddress } from '../web/address.js';
import { engineSettings } from '../web/state.js';
import { address, number, onPage, parameterHash, text, withBrowser } from './browser.js';
import { hostHash } from './host.js';
import { generator, randomState } from './random.js';

/** @typedef {import('playwright-core').Page} Page */

withBrowser();

/** Waits until so many epochs are done. @param {Page} page @param {number} epochs */
async function untilEpoch(page, epochs) {
    await page.waitForFunction((wanted) => Number(document.getElementById('figure-epoch')?.textContent) >= wanted, epochs);
}

test('run trains, pause stops, reset goes back', async () => {
    await onPage('', async (page) => {
        const first = [await number(page, 'training'), await parameterHash(page)];
        await page.click('#run');
        assert.equal(await text(page, '#run'), 'Pause');
        await untilEpoch(page, 60);
        await page.click('#run');
        assert.equal(await text(page, '#run'), 'Run');
        const paused = [await number(page, 'epoch'), await parameterHash(page)];
        assert.ok(await number(page, 'training') < 0.2);
        await page.waitForTimeout(300);
        assert.deepEqual([await number(page, 'epoch'), await parameterHash(page)], paused);
        await page.click('#reset');
        assert.deepEqual([await number(page, 'training'), await parameterHash(page)], first);
        assert.equal(await number(page, 'step'), 0);
    });
});

test('step takes a step, epoch goes to its end', async () => {
    await onPage('batch_size=32', async (page) => {
        await page.click('#step');
        assert.deepEqual([await number(page, 'step'), await number(page, 'epoch')], [1, 0]);
        await page.click('#epoch');
        assert.deepEqual([await number(page, 'step'), await number(page, 'epoch')], [7, 1]);
        assert.match(await text(page, '#told'), /Epoch 1, step 7/);
    });
});

test('each speed trains, the faster the more', async () => {
    await onPage('', async (page) => {
        /** @type {number[]} */
        const steps = [];
        for (const speed of ['slow', 'step', 'epoch', 'fast']) {
            await page.selectOption('#speed', speed);
            assert.equal((await address(page)).speed ?? 'epoch', speed);
            await page.click('#reset');
            await page.click('#run');
            await page.waitForTimeout(1200);
            await page.click('#run');
            steps.push(await number(page, 'step'));
        }
        assert.ok(steps.every((count, at) => count > (steps[at - 1] ?? 0)), String(steps));
        console.log(`steps in 1.2 s at each speed: ${steps.join(', ')}`);
    });
});

test('running, stepping and this machine come to the same hash', async () => {
    await onPage('speed=epoch', async (page) => {
        await page.click('#run');
        await untilEpoch(page, 30);
        await page.click('#run');
        await page.click('#epoch');
        const epochs = await number(page, 'epoch');
        const { state } = readAddress(await page.evaluate(() => location.hash));
        assert.equal(await parameterHash(page), hostHash(engineSettings(state), epochs));
    });
});

test('random settings give the hash of this machine', async () => {
    const random = generator(3);
    for (let count = 0; count < 12; count += 1) {
        const state = { ...randomState(random), race: [], tab: 'chip' };
        Object.assign(state, { data: state.data === 'own' ? 'moons' : state.data, loss: 'auto', rows: 20 + state.rows % 300, batch_size: 1 + state.batch_size % 64 });
        Object.assign(state, { learning_rate: 0.01, epsilon: 1e-6, adagrad_epsilon: 1e-6, l2: 0.01, weight_decay: 0.01, clip: 'none', preset: '' });
        await onPage(writeAddress(state), async (page) => {
            assert.equal(await text(page, '#problem'), '', writeAddress(state));
            await page.click('#epoch');
            await page.click('#epoch');
            assert.equal(await parameterHash(page), hostHash(engineSettings(state), 2), writeAddress(state));
        });
    }
});

test('the race: eight optimizers learn at once, each to the hash of this machine', async () => {
    await onPage('rows=100', async (page) => {
        await page.click('#race-optimizers');
        assert.equal((await address(page)).race?.split(',').length, 7);
        assert.ok(await page.isDisabled('#race-add'));
        await page.click('#epoch');
        const { state } = readAddress(await page.evaluate(() => location.hash));
        const settings = engineSettings(state);
        const hashes = await page.locator('#race-table tbody tr td:nth-child(9)').allTextContents();
        assert.deepEqual(hashes, [hostHash(settings, 1), ...state.race.map((racer) => hostHash({ ...settings, ...racer }, 1))]);
        assert.equal(new Set(hashes).size, 8);
    });
});

test('the race: schedules, own choices, removing, ending', async () => {
    await onPage('', async (page) => {
        await page.click('#race-schedules');
        assert.equal((await address(page)).race, 'adam:0.01:step,adam:0.01:exponential,adam:0.01:cosine,adam:0.01:plateau');
        await page.getByRole('button', { name: 'Remove network 3' }).click();
        await page.getByLabel('Optimizer of network 2').selectOption('sgd');
        await page.getByLabel('Schedule of network 2').selectOption('constant');
        await page.getByLabel('Learning rate of network 2').fill('0.5');
        await page.getByLabel('Learning rate of network 2').press('Tab');
        assert.equal((await address(page)).race, 'sgd:0.5:constant,adam:0.01:cosine,adam:0.01:plateau');
        await page.click('#race-add');
        assert.equal((await address(page)).race?.split(',').length, 4);
        await page.click('#run');
        await untilEpoch(page, 20);
        await page.click('#run');
        const epochs = await page.locator('#race-table tbody tr td:nth-child(5)').allTextContents();
        assert.equal(new Set(epochs).size, 1);
        await page.click('#race-end');
        assert.equal((await address(page)).race, undefined);
        assert.equal(await page.locator('#race-table tbody tr').count(), 1);
    });
});

test('the race: a network that stops says so, and the others go on', async () => {
    await onPage('data=plane&race=sgd:5:constant&layers=8:relu:0', async (page) => {
        await page.click('#epoch');
        await page.click('#epoch');
        assert.match(await text(page, '#race-table tbody tr:nth-child(2) td:nth-child(9)'), /^stopped: the (gradient|output|loss|weights|bias) /);
        assert.equal(await text(page, '#race-table tbody tr:nth-child(1) td:nth-child(5)'), '2');
        assert.equal(await text(page, '#problem'), '');
    });
});

test('a step that cannot be taken stops training with its reason, and Run begins anew', async () => {
    await onPage('preset=exploding', async (page) => {
        await page.click('#run');
        await page.waitForFunction(() => document.getElementById('problem')?.textContent?.includes('Training stopped'));
        assert.equal(await text(page, '#run'), 'Run');
        await page.click('#more-learning summary');
        await page.selectOption('#field-clip', 'norm');
        assert.equal(await text(page, '#problem'), '');
        assert.equal(await number(page, 'step'), 0);
    });
});

test('a loss that grows is named, until it is small again or training is new', async () => {
    await onPage('optimizer=sgd&learning_rate=100', async (page) => {
        for (let count = 0; count < 30 && await text(page, '#growth') === ''; count += 1) {
            await page.click('#epoch');
        }
        assert.match(await text(page, '#growth'), /smaller learning rate/);
        assert.ok(await number(page, 'training') > 1.6);
        await page.fill('#field-learning_rate', '0.1');
        await page.press('#field-learning_rate', 'Tab');
        assert.equal(await text(page, '#growth'), '');
        await page.click('#epoch');
        assert.equal(await text(page, '#growth'), '');
    });
});

test('every tab is filled when the page opens with it, and while training runs', async () => {
    const inside = { race: '#race-table tbody td', metrics: '#scores td', gradients: '#trace td', steps: '#six-steps td', chip: '#ram td', files: '#save', rust: '#rust code' };
    for (const [tab, selector] of Object.entries(inside)) {
        await onPage(`tab=${tab}`, async (page) => {
            assert.ok(await text(page, `#panel-${tab}`) !== '' && await page.locator(selector).first().isVisible(), tab);
        });
    }
    await onPage('speed=step', async (page) => {
        await page.click('#run');
        for (const [tab, selector] of Object.entries(inside)) {
            await page.click(`#tab-${tab}`);
            assert.ok(await page.locator(selector).first().isVisible(), tab);
        }
    });
});

test('pausing and running within a frame does not train twice a frame', async () => {
    await onPage('speed=step', async (page) => {
        const steps = await page.evaluate(async () => {
            const run = document.getElementById('run');
            const step = () => Number(document.getElementById('figure-step')?.textContent);
            for (let count = 0; count < 9; count += 1) {
                run?.click();
            }
            await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
            const before = step();
            await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
            return step() - before;
        });
        assert.ok(steps <= 3, `${steps} steps in two frames`);
        await page.click('#run');
    });
});

test('Alt+R runs and pauses', async () => {
    await onPage('', async (page) => {
        await page.keyboard.press('Alt+r');
        assert.equal(await text(page, '#run'), 'Pause');
        await page.keyboard.press('Alt+r');
        assert.equal(await text(page, '#run'), 'Run');
    });
});
