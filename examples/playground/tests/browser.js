// A page of the playground in headless Chromium, which fails a test on any error of its own.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';
import { serve } from './serve.js';

/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('playwright-core').Browser} Browser
 * @typedef {import('playwright-core').BrowserContextOptions} Options
 */

/** @type {Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
let server;

/** Starts the browser and the server for the tests of a file. */
export function withBrowser() {
    before(async () => {
        server = await serve();
        browser = await chromium.launch({
            executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'],
        });
    });
    after(async () => {
        await browser.close();
        server.close();
    });
}

/**
 * Opens the page, does something with it, and checks that the page had no error and asked no other server.
 * @param {string} hash  what follows `#` in the address
 * @param {(page: Page) => Promise<void>} work
 * @param {Options & {prepare?: (page: Page) => Promise<unknown>}} [options]
 */
export async function onPage(hash, work, { prepare, ...options } = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const errors = watch(page);
    await prepare?.(page);
    await page.goto(server.url + (hash ? `#${hash}` : ''));
    await page.waitForSelector('.neuron');
    await work(page);
    assert.deepEqual(errors, []);
    await context.close();
}

/** Collects what must not happen. @param {Page} page */
function watch(page) {
    /** @type {string[]} */
    const errors = [];
    page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) {
            errors.push(`console: ${message.text()}`);
        }
    });
    page.on('pageerror', (error) => errors.push(`error: ${error.stack}`));
    page.on('requestfailed', (request) => errors.push(`failed: ${request.url()}`));
    page.on('response', (response) => {
        if (response.status() >= 400) {
            errors.push(`${response.status()}: ${response.url()}`);
        }
    });
    page.on('request', (request) => {
        if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url())) {
            errors.push(`another server: ${request.url()}`);
        }
    });
    return errors;
}

/** The text of an element. @param {Page} page @param {string} selector */
export async function text(page, selector) {
    return (await page.locator(selector).textContent() ?? '').trim();
}

/** The number in a figure beside the buttons. @param {Page} page @param {string} name */
export async function number(page, name) {
    return Number((await text(page, `#figure-${name}`)).replace('−', '-'));
}

/** The settings in the address. @param {Page} page @returns {Promise<Record<string, string>>} */
export async function address(page) {
    const hash = await page.evaluate(() => decodeURIComponent(location.hash.slice(1)));
    return Object.fromEntries(hash.split('&').filter(Boolean).map((pair) => pair.split('=')));
}

/** The hash of the parameters, as the page shows it. @param {Page} page */
export async function parameterHash(page) {
    await page.click('#tab-chip');
    return text(page, '#hash');
}
