// The largest network trains at 60 frames a second: what the page itself does in a frame stays below 12 ms. How often the browser then
// draws depends on the machine; it is printed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onPage, withBrowser } from './browser.js';

/** @typedef {import('playwright-core').Page} Page */

withBrowser();

/** Milliseconds of work in a frame that the test allows, as a median. */
const BOUND = 12;
const SECONDS = 4;
/** On a busy machine the best of so many tries counts. */
const TRIES = 3;
const LARGEST = 'features=x1,x2,x1_squared,x2_squared,x1_x2,sin_x1,sin_x2&layers=8:gelu:0.1,8:gelu:0.1,8:gelu:0.1,8:gelu:0.1&rows=2000&speed=fast&tab=metrics';

/** Measures each call of a function that waits for a frame. */
function measure() {
    const frames = { work: /** @type {number[]} */ ([]), starts: /** @type {number[]} */ ([]) };
    Object.assign(window, { measured: frames });
    const original = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (callback) => original((now) => {
        const start = performance.now();
        callback(now);
        frames.work.push(performance.now() - start);
        frames.starts.push(now);
    });
}

/** @param {number[]} values @param {number} share */
function quantile(values, share) {
    return [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? NaN;
}

/** Work in each frame and time between frames, in milliseconds. @param {Page} page */
async function frames(page) {
    await page.evaluate(() => Object.assign(window.measured, { work: [], starts: [] }));
    await page.waitForTimeout(SECONDS * 1000);
    const { work, starts } = await page.evaluate(() => window.measured);
    return { work, times: starts.slice(1).map((start, at) => start - (starts[at] ?? 0)) };
}

for (const [name, hash] of [['the largest network', LARGEST], ['a race of eight largest networks', `${LARGEST.replace('tab=metrics', 'tab=race')}&race=${Array(7).fill('sgd:0.01:constant').join(',')}`]]) {
    test(`${name} at 60 frames a second`, async () => {
        await onPage(hash ?? '', async (page) => {
            await page.click('#run');
            await page.waitForTimeout(1000);
            let median = Infinity;
            for (let count = 0; count < TRIES && median > BOUND; count += 1) {
                const { work, times } = await frames(page);
                median = quantile(work, 0.5);
                console.log(`${name}: work in a frame ${median.toFixed(1)} ms (95 %: ${quantile(work, 0.95).toFixed(1)} ms); a frame every ${quantile(times, 0.5).toFixed(1)} ms, ${(times.length / SECONDS).toFixed(0)} frames a second`);
                assert.ok(work.length > 20);
            }
            await page.click('#run');
            assert.ok(median <= BOUND, `${median} ms`);
        }, { prepare: (page) => page.addInitScript(measure) });
    });
}
