// Someone who presses everything, in any order, while training runs: nothing may break, and the hash still is that of this machine.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAddress } from '../web/address.js';
import { engineSettings } from '../web/state.js';
import { number, onPage, parameterHash, text, withBrowser } from './browser.js';
import { hostHash } from './host.js';
import { generator, pick } from './random.js';

/** @typedef {import('playwright-core').Page} Page */

withBrowser();

const PRESSES = 250;
const NUMBERS = ['0', '1', '-1', '0.1', '3', '8', '20', '100', '1e9', '', '0.001'];

/**
 * One press on one of the controls that can be used now. Returns whether it was still there.
 * @param {Page} page
 * @param {() => number} random
 */
async function press(page, random) {
    // Elements, not places in a list, which changes while training runs.
    const found = await page.$$('main button:enabled, main select:enabled, main input:enabled:not([type=file]), main summary, main a');
    const control = pick(random, found);
    const kind = await control.evaluate((one) => (one instanceof HTMLInputElement ? one.type : one.localName));
    const quick = { timeout: 500, force: true };
    const work = kind === 'number' ? control.fill(pick(random, NUMBERS), quick).then(() => control.press('Tab', { timeout: 500 }))
        : kind === 'range' ? control.fill(pick(random, ['0.1', '0.5', '0.9']), quick)
            : kind === 'select' ? control.evaluate((one) => /** @type {HTMLSelectElement} */ (one).options.length)
                .then((count) => control.selectOption({ index: Math.floor(random() * count) }, quick))
                : control.click(quick);
    const done = await work.then(() => true, (error) => {
        assert.match(String(error), /Timeout|not visible|not attached|detached|outside|disabled|hidden/i);
        return false;
    });
    if (await page.locator('#edit[open]').count() > 0) {
        await page.keyboard.press(pick(random, ['Enter', 'Escape']));
        await page.keyboard.press('Escape');
    }
    return done;
}

for (const seed of [1, 2]) {
    test(`everything in any order, seed ${seed}`, async () => {
        await onPage('rows=100', async (page) => {
            const random = generator(seed);
            let done = 0;
            for (let count = 0; count < PRESSES; count += 1) {
                done += await press(page, random) ? 1 : 0;
            }
            assert.ok(done > PRESSES / 2, `${done} presses`);
            assert.doesNotMatch(await text(page, '#problem'), /Something went wrong/);
            const { state, complaints } = readAddress(await page.evaluate(() => location.hash));
            assert.deepEqual(complaints, []);
            await page.click('#reset');
            assert.equal(await parameterHash(page), hostHash(engineSettings(state), 0));
            assert.equal(await number(page, 'step'), 0);
        });
    });
}
