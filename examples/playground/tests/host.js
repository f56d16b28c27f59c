// The engine built for this machine: the same requests, without a browser.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = process.env.PLAYGROUND_ANSWERS ?? fileURLToPath(new URL('../target/release/answers', import.meta.url));

/**
 * Sends requests, one after the other, and gives the last answer.
 * @param {object[]} requests
 * @returns {any}
 */
export function ask(requests) {
    const input = requests.map((request) => `${JSON.stringify(request)}\n`).join('');
    const { stdout, error, status } = spawnSync(PROGRAM, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
    if (error || status !== 0) {
        throw error ?? new Error(`${PROGRAM} ended with ${status}`);
    }
    const answer = JSON.parse(stdout.trim().split('\n').pop() ?? '{}');
    if (!('ok' in answer)) {
        throw new Error(JSON.stringify(answer));
    }
    return answer.ok;
}

/**
 * The hash of the parameters after so many epochs.
 * @param {object} settings
 * @param {number} epochs
 * @returns {string}
 */
export function hostHash(settings, epochs) {
    const train = Array.from({ length: epochs }, () => ({ call: 'epoch', run: 0 }));
    return ask([{ call: 'configure', run: 0, settings }, ...train, { call: 'status', run: 0 }]).hash;
}
