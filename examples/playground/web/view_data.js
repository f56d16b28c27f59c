// The choice of the data set, with a small picture of each.

import { byId, make, pen } from './dom.js';
import { Engine } from './engine.js';
import { DATA_SETS } from './fields.js';
import { palette } from './palette.js';

/**
 * @typedef {import('./app.js').App} App
 * @typedef {import('./engine.js').DataSet} DataSet
 * @typedef {import('./engine.js').Points} Points
 * @typedef {import('./engine.js').Domain} Domain
 */

const ROWS = 150;

/**
 * A picture's points: all data sets but the own one, drawn by the last run before any other needs it.
 * @param {Engine} engine
 */
export function samplePoints(engine) {
    const run = Engine.RUNS - 1;
    /** @type {Map<string, {points: Points, domain: Domain}>} */
    const found = new Map();
    for (const [name] of DATA_SETS) {
        if (name !== 'own') {
            engine.configure(run, { data: /** @type {DataSet} */ (name), rows: ROWS, noise: name === 'xor' ? 0.2 : 0.05, layers: [] });
            found.set(name, { points: engine.points(run), domain: engine.domain(run) });
        }
    }
    engine.remove(run);
    return found;
}

/**
 * @param {App} app
 * @param {ReturnType<typeof samplePoints>} samples
 * @param {() => void} askForTable  called where an own table is chosen and none was read
 */
export function startData(app, samples, askForTable) {
    /** @type {Map<string, HTMLCanvasElement>} */
    const pictures = new Map();
    for (const [name, title] of DATA_SETS) {
        const canvas = make('canvas', { width: 48, height: 48, 'aria-hidden': 'true' });
        const input = make('input', { type: 'radio', name: 'data', value: name, id: `data-${name}` });
        input.addEventListener('change', () => {
            choose(app, /** @type {DataSet} */ (name), askForTable);
        });
        byId('datasets', HTMLElement).append(make('label', {}, input, canvas, make('span', {}, title)));
        pictures.set(name, canvas);
    }
    const show = () => {
        byId(`data-${app.state.data}`, HTMLInputElement).checked = true;
    };
    app.on('settings', show);
    show();
    byId('regenerate', HTMLElement).addEventListener('click', () => app.change({ seed: (app.state.seed + 1) % 2 ** 32 }));
    return () => pictures.forEach((canvas, name) => drawPicture(canvas, samples.get(name)));
}

/** @param {App} app @param {DataSet} data @param {() => void} askForTable */
function choose(app, data, askForTable) {
    const loss = 'auto';
    if (!app.change({ data, loss }) && data === 'own') {
        askForTable();
    }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{points: Points, domain: Domain}|undefined} sample  none for an own table
 */
function drawPicture(canvas, sample) {
    const context = pen(canvas);
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (!sample) {
        context.fillStyle = palette.colour('text');
        context.font = 'bold 26px system-ui, sans-serif';
        context.textAlign = 'center';
        context.fillText('+', 24, 33);
        return;
    }
    const { points, domain: { low, high, targets: [least = 0, largest = 1] } } = sample;
    for (let index = 0; index < points.count; index += 1) {
        const x = (((points.x1[index] ?? 0) - low) / (high - low)) * 48;
        const y = 48 - (((points.x2[index] ?? 0) - low) / (high - low)) * 48;
        const half = (points.target[index] ?? 0) > (least + largest) / 2;
        context.fillStyle = palette.colour(half ? 'high' : 'low');
        context.fillRect(x - 1.2, y - 1.2, 2.4, 2.4);
    }
}
