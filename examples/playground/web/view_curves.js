// The losses of the main run, and the figures beside the buttons.

import { drawChart } from './chart.js';
import { byId } from './dom.js';
import { figure, percent } from './figures.js';
import { lossRange } from './history.js';
import { palette } from './palette.js';

/** @typedef {import('./app.js').App} App */

/** @param {App} app */
export function drawCurves(app) {
    const { history, status } = app.main;
    const curves = /** @type {const} */ ([1, 2]).map((which) => history.curve(which));
    const canvas = byId('curves', HTMLCanvasElement);
    const end = Math.max(app.epochs(status), 1);
    drawChart(canvas, { x: [0, end], y: lossRange(curves), xName: 'epoch', yName: 'loss' }, [
        { points: curves[0] ?? [], colour: palette.colour('text'), width: 2 },
        { points: curves[1] ?? [], colour: palette.colour('focus'), dash: [6, 3], width: 2 },
    ]);
}

/** @param {App} app */
export function showFigures(app) {
    const { status } = app.main;
    const write = (/** @type {string} */ id, /** @type {string} */ text) => {
        byId(id, HTMLElement).textContent = text;
    };
    write('figure-epoch', String(status.epoch));
    write('figure-step', String(status.step));
    write('figure-training', figure(status.train_loss));
    write('figure-test', figure(status.test_loss));
    write('figure-accuracy', percent(status.test_accuracy));
    byId('figure-accuracy-box', HTMLElement).hidden = status.test_accuracy === null;
    const text = `Loss over ${status.epoch} epochs: training ${figure(status.train_loss)}, test ${figure(status.test_loss)}`;
    const canvas = byId('curves', HTMLCanvasElement);
    if (!app.running && canvas.getAttribute('aria-label') !== text) {
        canvas.setAttribute('aria-label', text);
    }
}
