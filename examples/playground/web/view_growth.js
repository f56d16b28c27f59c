// Says when the loss has grown: what a learning rate that is too large does first.

import { byId } from './dom.js';

/** @typedef {import('./app.js').App} App */

/** The training loss has grown where it is so many times that of the initial weights. */
const GROWN = 2;
const TEXT = 'The training loss is larger than before training: the steps are too long. Choose a smaller learning rate, or clip the gradient under “More”.';

/** @param {App} app */
export function startGrowth(app) {
    const place = byId('growth', HTMLElement);
    let initial = app.main.status.train_loss;
    const say = (/** @type {string} */ text) => {
        if (place.textContent !== text) {
            place.textContent = text;
        }
    };
    app.on('built', () => {
        initial = app.main.status.train_loss;
        say('');
    });
    app.on('progress', () => {
        const { step, train_loss: loss } = app.main.status;
        if (step > 0 && loss > GROWN * initial && !app.main.stopped) {
            say(TEXT);
        } else if (loss <= initial || app.main.stopped) {
            say('');
        }
    });
}
