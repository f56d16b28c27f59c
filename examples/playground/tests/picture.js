// The picture of the page: two moons after 200 epochs, in the light theme.

import { chromium } from 'playwright-core';
import { serve } from './serve.js';

const EPOCHS = 200;

const server = await serve();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1200, height: 640 }, colorScheme: 'light' });
await page.goto(server.url);
await page.waitForSelector('.neuron');
for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
    await page.evaluate(() => document.getElementById('epoch')?.click());
}
await page.screenshot({ path: process.argv[2] ?? 'playground.png', clip: { x: 0, y: 0, width: 1200, height: 640 } });
await browser.close();
server.close();
