// Keyboard, screen reader, colours and widths.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { TABS } from '../web/state.js';
import { address, onPage, text, withBrowser } from './browser.js';

/** @typedef {import('playwright-core').Page} Page */

withBrowser();

const AXE = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

/** What axe finds on the page. @param {Page} page */
async function violations(page) {
    await page.evaluate(AXE);
    const found = await page.evaluate(() => {
        const { axe } = /** @type {{axe: {run: (options: object) => Promise<any>}}} */ (/** @type {unknown} */ (window));
        return axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    });
    return found.violations.map((/** @type {any} */ one) => `${one.id}: ${one.nodes.map((/** @type {any} */ node) => node.html.slice(0, 160)).join(' | ')}`);
}

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    for (const width of [1280, 360]) {
        test(`axe finds nothing: ${colorScheme}, ${width} pixels, every tab, the dialog, a problem`, async () => {
            await onPage('layers=8:relu:0.1,8:tanh:0&optimizer=adamw', async (page) => {
                await page.click('#more-learning summary');
                await page.click('#race-optimizers');
                for (const tab of TABS) {
                    await page.click(`#tab-${tab}`);
                    assert.deepEqual(await violations(page), [], tab);
                }
                await page.fill('#field-rows', '1');
                await page.press('#field-rows', 'Tab');
                await page.click('#epoch');
                assert.deepEqual(await violations(page), [], 'messages');
                await page.getByRole('button', { name: 'Change output' }).click();
                assert.deepEqual(await violations(page), [], 'dialog');
            }, { colorScheme, viewport: { width, height: 800 } });
        });
    }
}

test('Tab reaches every control, each has a name and a visible focus', async () => {
    await onPage('layers=8:relu:0.1,3:tanh:0&optimizer=adamw&decay=step&clip=norm', async (page) => {
        await page.click('#more-learning summary');
        await page.click('#race-optimizers');
        for (const tab of TABS) {
            await page.click(`#tab-${tab}`);
            await page.evaluate(() => window.scrollTo(0, 0));
            const wanted = await page.evaluate(controls);
            const reached = await tabThrough(page, wanted.length + 40);
            assert.deepEqual(wanted.filter((one) => !reached.has(one)), [], tab);
            assert.deepEqual([...reached].filter((one) => one.endsWith('no outline')), [], tab);
        }
    });
});

/** Every control that is shown and can be used; one of each group of radio buttons and tabs is enough. */
function controls() {
    const list = [...document.querySelectorAll('button, select, input, summary, a[href]')];
    return list.filter((one) => one instanceof HTMLElement && one.checkVisibility() && !one.matches(':disabled, [type=file]')
        && !one.matches('[type=radio]:not(:checked), [role=tab]:not([aria-selected=true])')).map((one, at) => {
        one.setAttribute('data-test', String(at));
        return String(at);
    });
}

/** Presses Tab so often, and gathers what gets the focus. @param {Page} page @param {number} most */
async function tabThrough(page, most) {
    const reached = new Set();
    await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());
    for (let count = 0; count < most; count += 1) {
        await page.keyboard.press('Tab');
        const at = await page.evaluate(() => {
            const one = document.activeElement;
            const shown = one?.matches('[type=radio]') ? one.nextElementSibling : one;
            const outline = shown && getComputedStyle(shown).outlineStyle !== 'none' ? '' : ' no outline';
            return one?.hasAttribute('data-test') ? one.getAttribute('data-test') + outline : null;
        });
        if (at !== null) {
            reached.add(at);
        }
    }
    return reached;
}

test('the accessibility tree has a name for every control', async () => {
    await onPage('', async (page) => {
        const tree = await page.locator('body').ariaSnapshot();
        for (const role of ['button', 'combobox', 'spinbutton', 'slider', 'checkbox', 'radio', 'tab', 'link', 'tabpanel', 'table']) {
            const lines = tree.split('\n').filter((line) => new RegExp(`^\\s*- ${role}\\b`).test(line));
            assert.ok(lines.length > 0, role);
            assert.deepEqual(lines.filter((line) => !/"[^"]+"/.test(line)), [], role);
        }
    });
});

test('arrow keys move between tabs and between data sets', async () => {
    await onPage('', async (page) => {
        await page.focus('#tab-race');
        await page.keyboard.press('ArrowRight');
        assert.equal((await address(page)).tab, 'metrics');
        await page.keyboard.press('End');
        assert.equal((await address(page)).tab, 'rust');
        await page.keyboard.press('ArrowRight');
        assert.equal(await page.getAttribute('#tab-race', 'aria-selected'), 'true');
        await page.focus('#data-moons');
        await page.keyboard.press('ArrowRight');
        assert.equal((await address(page)).data, 'circle');
    });
});

test('a control keeps the focus when it changes the network', async () => {
    await onPage('', async (page) => {
        for (const name of ['Feature x₁²', 'Add a neuron to layer 1']) {
            const control = page.getByRole('button', { name, exact: true });
            await control.focus();
            await page.keyboard.press('Enter');
            assert.ok(await control.evaluate((one) => one === document.activeElement), name);
        }
    });
});

test('the link that skips to the controls changes no settings', async () => {
    await onPage('layers=3:relu:0&seed=7', async (page) => {
        await page.click('#epoch');
        await page.focus('#skip');
        await page.keyboard.press('Enter');
        assert.equal(await page.evaluate(() => document.activeElement?.id), 'controls');
        assert.deepEqual(await address(page), { layers: '3:relu:0', seed: '7' });
        assert.deepEqual([await text(page, '#problem'), await text(page, '#figure-epoch')], ['', '1']);
    });
});

test('a preset that is opened, also again, gives the focus to Run and begins anew', async () => {
    await onPage('', async (page) => {
        const focused = () => page.waitForFunction(() => document.activeElement?.id === 'run' && scrollY === 0);
        for (let count = 0; count < 2; count += 1) {
            await page.focus('#preset-adam');
            await page.keyboard.press('Enter');
            await focused();
            assert.match(await text(page, '#told'), /all eight optimizers/);
            assert.equal(await text(page, '#figure-epoch'), '0');
            await page.click('#epoch');
        }
        await page.getByRole('link', { name: 'Back to the start' }).press('Enter');
        await focused();
        assert.ok(await page.isChecked('#data-moons'));
    });
});

test('the focus moves on from a control that is gone or can do no more', async () => {
    await onPage('layers=7:tanh:0,4:tanh:0,4:tanh:0', async (page) => {
        const press = async (/** @type {string} */ name) => {
            await page.getByRole('button', { name, exact: true }).focus();
            await page.keyboard.press('Enter');
            return page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent);
        };
        assert.equal(await press('Add a neuron to layer 1'), 'Remove a neuron from layer 1');
        assert.equal(await press('Add a hidden layer'), 'Remove a hidden layer');
        assert.equal(await press('Add a network'), 'Add a network');
        assert.equal(await press('Remove network 2'), 'Add a network');
        assert.equal(await press('All five schedules'), 'All five schedules');
        assert.equal(await press('End the race'), 'Add a network');
    });
});

test('nothing is wider than the screen from 320 pixels on', async () => {
    for (const width of [320, 360, 412, 640, 800, 1024, 1280, 1920]) {
        await onPage('layers=8:relu:0.1,8:tanh:0,8:tanh:0,8:tanh:0&optimizer=adamw', async (page) => {
            await page.click('#race-optimizers');
            for (const tab of TABS) {
                await page.click(`#tab-${tab}`);
                const wide = await page.evaluate(() => document.documentElement.scrollWidth);
                assert.ok(wide <= width, `${tab} at ${width}: ${wide}`);
            }
        }, { viewport: { width, height: 740 } });
    }
});
