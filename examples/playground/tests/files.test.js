// Own tables by drag and drop, checkpoints, the program in Rust.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { address, number, onPage, parameterHash, text, withBrowser } from './browser.js';

/** @typedef {import('playwright-core').Page} Page */

withBrowser();

const ROWS = Array.from({ length: 40 }, (_, row) => `${row},${(row * 7) % 11},${row < 20 ? 'dry' : 'wet'}`);
const GOOD = ['width,height,kind', ...ROWS].join('\n');

/** Drops a file on the page, as a user does. @param {Page} page @param {string} name @param {string|Buffer} content */
async function drop(page, name, content) {
    const data = await page.evaluateHandle(([file, bytes]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(bytes)], file));
        return transfer;
    }, /** @type {const} */ ([name, [...Buffer.from(content)]]));
    await page.dispatchEvent('main', 'dragover', { dataTransfer: data });
    assert.ok(await page.evaluate(() => document.body.classList.contains('over')));
    await page.dispatchEvent('main', 'drop', { dataTransfer: data });
}

test('a table is dropped, named, and learned', async () => {
    await onPage('', async (page) => {
        await drop(page, 'wood.csv', GOOD);
        await page.waitForFunction(() => document.getElementById('notice')?.textContent?.includes('wood.csv'));
        assert.match(await text(page, '#notice'), /40 rows with width, height and the target kind: two classes, dry and wet/);
        assert.equal((await address(page)).data, 'own');
        assert.ok(await page.isChecked('#data-own'));
        assert.equal(await text(page, '#scale-high'), 'class wet');
        assert.ok(!await page.isVisible('#field-noise'));
        for (let count = 0; count < 30; count += 1) {
            await page.click('#epoch');
        }
        assert.ok(await number(page, 'training') < 0.2);
        await page.click('#tab-metrics');
        assert.match(await text(page, '#confusion'), /Truly class dry/);
    });
});

test('a table is chosen as a file; numbers as the target are a regression', async () => {
    await onPage('', async (page) => {
        const body = ROWS.map((row, at) => row.replace(/dry|wet/, String(at * 0.5))).join('\n');
        await page.setInputFiles('#own-file', { name: 'line.csv', mimeType: 'text/csv', buffer: Buffer.from(body) });
        await page.waitForFunction(() => document.getElementById('notice')?.textContent?.includes('a regression'));
        await page.click('#tab-metrics');
        assert.match(await text(page, '#scores'), /R²/);
    });
});

const BROKEN = [
    ['one word', 'hello'], ['nothing', ''], ['too few rows', '1,2,a\n2,3,b\n'],
    ['a word among numbers', `${GOOD}\n5,many,dry`], ['a missing value', `${GOOD}\n5,,dry`], ['a short line', `${GOOD}\n5,6`],
    ['not a number', `${GOOD}\nNaN,6,dry`], ['one class', ROWS.slice(0, 20).join('\n')],
];

test('a table with semicolons and decimal commas is read, and kept when the page is loaded again', async () => {
    await onPage('', async (page) => {
        await drop(page, 'wood.csv', GOOD.replaceAll(',', ';').replace('0;0;', '0,5;0;'));
        await page.waitForFunction(() => document.getElementById('notice')?.textContent?.includes('40 rows with width, height'));
        await page.click('#epoch');
        const hash = await parameterHash(page);
        await page.reload();
        await page.waitForSelector('.neuron');
        assert.equal(await text(page, '#problem'), '');
        assert.ok(await page.isChecked('#data-own'));
        await page.click('#epoch');
        assert.equal(await parameterHash(page), hash);
    });
});

test('an address with a table keeps its other settings until the table comes', async () => {
    await onPage('data=own&layers=3:relu:0&optimizer=sgd', async (page) => {
        assert.match(await text(page, '#problem'), /needs a table/);
        assert.equal(await page.inputValue('#layer-0-units'), '3');
        await drop(page, 'wood.csv', GOOD);
        await page.waitForFunction(() => document.getElementById('notice')?.textContent?.includes('wood.csv'));
        assert.deepEqual(await address(page), { data: 'own', layers: '3:relu:0', optimizer: 'sgd' });
        assert.equal(await text(page, '#problem'), '');
    });
});

test('a broken table gets its message and leaves all as it was', async () => {
    await onPage('data=circle&rows=100', async (page) => {
        await page.click('#epoch');
        const before = [await parameterHash(page), await number(page, 'epoch'), await address(page)];
        for (const [what = '', content = ''] of BROKEN) {
            await page.evaluate(() => {
                const problem = document.getElementById('problem');
                if (problem) {
                    problem.textContent = '';
                }
            });
            await drop(page, 'broken.csv', content);
            await page.waitForFunction(() => document.getElementById('problem')?.textContent);
            const said = await text(page, '#problem');
            assert.match(said, /^broken\.csv: .{10}/, what);
            if (content.startsWith(GOOD)) {
                assert.match(said, /line 42/, what);
            }
            assert.deepEqual([await parameterHash(page), await number(page, 'epoch'), await address(page)], before, what);
        }
        await page.click('#epoch');
        assert.equal(await number(page, 'epoch'), 2);
    });
});

test('a table before any was read is asked for', async () => {
    await onPage('', async (page) => {
        await page.check('#data-own', { force: true }).catch(() => undefined);
        assert.match(await text(page, '#problem'), /no table yet/);
        assert.ok(await page.isChecked('#data-moons'));
        assert.ok(await page.isVisible('#own-choose'));
    });
    await onPage('data=own', async (page) => {
        assert.match(await text(page, '#problem'), /needs a table/);
    });
});

test('what was saved is loaded: the same hash, and training goes on to the same bits', async () => {
    await onPage('optimizer=adamw', async (page) => {
        for (let count = 0; count < 3; count += 1) {
            await page.click('#epoch');
        }
        const hash = await parameterHash(page);
        await page.click('#tab-files');
        const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save')]);
        assert.equal(download.suggestedFilename(), `playground-${hash}.checkpoint`);
        const bytes = await readFile(await download.path());
        await page.click('#epoch');
        const later = await parameterHash(page);
        assert.notEqual(later, hash);
        await page.click('#reset');
        await page.setInputFiles('#load-file', { name: 'saved', mimeType: 'application/octet-stream', buffer: bytes });
        await page.waitForFunction(() => document.getElementById('notice')?.textContent?.includes('Loaded saved'));
        assert.equal(await parameterHash(page), hash);
        assert.equal(await number(page, 'epoch'), 3);
        await page.click('#epoch');
        assert.equal(await parameterHash(page), later);
        await page.click('#reset');
        await drop(page, 'dropped', bytes);
        await page.waitForFunction(() => document.getElementById('notice')?.textContent?.includes('Loaded dropped'));
        await page.click('#epoch');
        assert.equal(await parameterHash(page), later);
        const damaged = Buffer.from(bytes);
        damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] ?? 0) ^ 1;
        for (const wrong of [damaged, bytes.subarray(0, 40), Buffer.from('hello')]) {
            await page.setInputFiles('#load-file', { name: 'damaged', mimeType: 'application/octet-stream', buffer: wrong });
            await page.waitForFunction(() => document.getElementById('problem')?.textContent?.includes('damaged: '));
            assert.equal(await parameterHash(page), later);
        }
        await page.click('#more-layers');
        const other = await parameterHash(page);
        await page.setInputFiles('#load-file', { name: 'saved', mimeType: 'application/octet-stream', buffer: bytes });
        await page.waitForFunction(() => document.getElementById('problem')?.textContent?.includes('saved: '));
        assert.match(await text(page, '#problem'), /another architecture .* saved with\.$/);
        assert.equal(await parameterHash(page), other);
    });
});

test('the program in Rust stands there and is copied', async () => {
    await onPage('layers=5:relu:0.1&l2=0.001', async (page) => {
        await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
        await page.click('#epoch');
        const hash = await parameterHash(page);
        await page.click('#tab-rust');
        const program = await text(page, '#rust');
        for (const part of ['fn main()', 'Dense<2, 5, Relu>', 'Dropout<5>', hash]) {
            assert.ok(program.includes(part), part);
        }
        await page.click('#run');
        await page.waitForFunction(() => document.getElementById('rust')?.textContent?.includes('Pause'));
        await page.click('#run');
        await page.waitForFunction(() => document.getElementById('rust')?.textContent?.includes('fn main()'));
        await page.click('#reset');
        await page.click('#epoch');
        await page.click('#copy');
        await page.waitForFunction(() => document.getElementById('notice')?.textContent === 'Copied.');
        assert.equal((await page.evaluate(() => navigator.clipboard.readText())).trim(), program);
    });
});
