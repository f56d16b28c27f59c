// The drawing of the network: reading and changing weights and biases, by mouse and by keyboard; dropped neurons fade.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAddress } from '../web/address.js';
import { engineSettings } from '../web/state.js';
import { number, onPage, parameterHash, text, withBrowser } from './browser.js';
import { ask } from './host.js';

/** @typedef {import('playwright-core').Page} Page */

withBrowser();

/** @param {Page} page @param {string} label */
const field = (page, label) => page.locator('#edit').getByLabel(label, { exact: true });

/** What this machine has for the settings of the page after these requests. @param {Page} page @param {object[]} requests */
async function here(page, ...requests) {
    const { state } = readAddress(await page.evaluate(() => location.hash));
    return ask([{ call: 'configure', run: 0, settings: engineSettings(state) }, ...requests]);
}

test('a weight and a bias are changed by keyboard, as on this machine', async () => {
    await onPage('', async (page) => {
        await page.getByRole('button', { name: 'Change layer 1, neuron 2' }).focus();
        assert.match(await text(page, '#reading'), /Layer 1, neuron 2: bias/);
        await page.keyboard.press('Enter');
        assert.equal(await text(page, '#edit-title'), 'Change layer 1, neuron 2');
        await page.keyboard.type('0.5');
        await field(page, 'Weight from x₂').fill('-2.25');
        await page.keyboard.press('Enter');
        assert.ok(!await page.isVisible('#edit'));
        const status = await here(page, { call: 'set_bias', run: 0, layer: 0, unit: 1, value: 0.5 },
            { call: 'set_weight', run: 0, layer: 0, from: 1, to: 1, value: -2.25 }, { call: 'status', run: 0 });
        assert.equal(await parameterHash(page), status.hash);
        assert.ok(Math.abs(await number(page, 'training') - status.train_loss) < 0.001);
        assert.match(await text(page, '#panel-chip'), /changed by hand/);
    });
});

test('a wrong number keeps the dialog open; Cancel and Escape change nothing', async () => {
    await onPage('', async (page) => {
        const hash = await parameterHash(page);
        const neuron = page.getByRole('button', { name: 'Change output' });
        await neuron.click();
        await field(page, 'Bias').fill('');
        await page.keyboard.press('Enter');
        assert.match(await text(page, '#edit [role=alert]'), /Bias has to be a finite number/);
        await field(page, 'Bias').fill('1e39');
        await page.keyboard.press('Enter');
        assert.ok(await page.isVisible('#edit'));
        await page.getByRole('button', { name: 'Cancel' }).click();
        await neuron.click();
        await field(page, 'Bias').fill('3');
        await page.keyboard.press('Escape');
        assert.ok(!await page.isVisible('#edit'));
        assert.equal(await parameterHash(page), hash);
    });
});

test('a line is read where one points at it, and a click opens its weight', async () => {
    await onPage('layers=1:tanh:0', async (page) => {
        const boxes = [await page.getByRole('button', { name: 'Feature x₁', exact: true }).boundingBox(), await page.getByRole('button', { name: 'Change layer 1, neuron 1' }).boundingBox()];
        const [from, to] = boxes;
        assert.ok(from && to);
        const place = { x: (from.x + from.width + to.x) / 2, y: (from.y + to.y + to.height) / 2 };
        await page.mouse.move(place.x, place.y);
        const weight = (await here(page, { call: 'network', run: 0 })).layers[0].weights[0][0];
        const said = (await text(page, '#reading')).replace('−', '-');
        assert.match(said, /^Weight from x₁ to layer 1, neuron 1: /);
        assert.ok(Math.abs(Number(said.split(': ')[1]?.replace(/\.$/, '')) - weight) < 0.006, said);
        await page.mouse.click(place.x, place.y);
        assert.equal(await page.evaluate(() => /** @type {HTMLInputElement} */ (document.activeElement).value), String(weight));
    });
});

test('a neuron that one points at is shown large', async () => {
    await onPage('', async (page) => {
        const picture = () => page.evaluate(() => /** @type {HTMLCanvasElement} */ (document.getElementById('surface')).toDataURL());
        const output = await picture();
        await page.getByRole('button', { name: 'Change layer 1, neuron 3' }).hover();
        assert.notEqual(await picture(), output);
        await page.mouse.move(5, 5);
        assert.equal(await picture(), output);
    });
});

test('the answer is read where one points at the output', async () => {
    await onPage('data=gauss&noise=0', async (page) => {
        for (let count = 0; count < 20; count += 1) {
            await page.click('#epoch');
        }
        const box = await page.locator('#surface').boundingBox();
        assert.ok(box);
        for (const [share, name] of /** @type {const} */ ([[0.2, 0], [0.8, 1]])) {
            await page.mouse.move(box.x + share * box.width, box.y + (1 - share) * box.height);
            assert.match(await text(page, '#reading'), new RegExp(`^Place in the output: x1 = .*, x2 = .*\\. Answer: class ${name} with 9\\d\\.\\d %\\.$`));
        }
        await page.check('#data-plane');
        await page.mouse.move(box.x + 9, box.y + 9);
        assert.match(await text(page, '#reading'), /Answer: −?\d/);
    });
});

test('dropped neurons fade while training runs', async () => {
    await onPage('layers=8:relu:0.5&speed=step', async (page) => {
        // The middle of a neuron has more than the background's colour when it is not dropped; so its alpha differs from frame to frame.
        const alphas = () => page.evaluate(() => {
            const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector('.drawing canvas'));
            const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
            copy?.drawImage(canvas, 0, 0);
            const [stage, ratio] = [document.querySelector('.stage')?.getBoundingClientRect(), canvas.width / canvas.clientWidth];
            return [...document.querySelectorAll('.neuron[aria-label^="Change layer"]')].map((neuron) => {
                const box = neuron.getBoundingClientRect();
                const [x, y] = [box.x + box.width / 2 - (stage?.x ?? 0), box.y + box.height / 2 - (stage?.y ?? 0)];
                return copy?.getImageData(Math.round(x * ratio), Math.round(y * ratio), 1, 1).data[3] ?? 0;
            });
        });
        assert.ok((await alphas()).every((alpha) => alpha === 255));
        await page.click('#run');
        const seen = [];
        for (let count = 0; count < 10; count += 1) {
            await page.waitForTimeout(60);
            seen.push(...await alphas());
        }
        assert.ok(seen.some((alpha) => alpha < 100) && seen.some((alpha) => alpha === 255), String(seen));
        await page.click('#run');
        assert.ok((await alphas()).every((alpha) => alpha === 255));
    });
});
