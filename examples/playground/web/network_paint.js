// The drawing of the network on its canvas: lines, heat maps, biases.

import { sharpen } from './chart.js';
import { make, pen } from './dom.js';
import { FEATURES } from './fields.js';
import { ends } from './network_layout.js';
import { palette } from './palette.js';

/**
 * @typedef {import('./network_layout.js').Layout} Layout
 * @typedef {import('./network_layout.js').Link} Link
 * @typedef {import('./engine.js').NetworkValues} NetworkValues
 * @typedef {import('./engine.js').Domain} Domain
 */

/** Heat maps in neurons have this many numbers a side. */
export const SMALL = 20;

/** The seven features over the plane; only their pictures need them. @type {((x: number, y: number) => number)[]} */
const FUNCTIONS = [
    (x) => x, (_, y) => y, (x) => x * x, (_, y) => y * y, (x, y) => x * y, (x) => Math.sin(Math.PI * x),
    (_, y) => Math.sin(Math.PI * y),
];

/**
 * Heat maps of all features, drawn or not.
 * @param {Domain} domain
 */
export function featureMaps({ low, high }) {
    const maps = new Float32Array(FEATURES.length * SMALL * SMALL);
    const at = (/** @type {number} */ index) => low + ((index + 0.5) / SMALL) * (high - low);
    FUNCTIONS.forEach((feature, number) => {
        for (let place = 0; place < SMALL * SMALL; place += 1) {
            const [row, column] = [Math.floor(place / SMALL), place % SMALL];
            maps[number * SMALL * SMALL + place] = feature(at(column), at(SMALL - 1 - row));
        }
    });
    return maps;
}

/** Heat maps of several units in one picture, one below the other. */
export class Atlas {
    canvas = make('canvas', { width: SMALL, height: SMALL });

    /**
     * @param {Float32Array} maps   count · SMALL² numbers
     * @param {(unit: number, values: Float32Array) => [number, number]} scaling  factor and shift of a unit
     */
    fill(maps, scaling) {
        const count = maps.length / (SMALL * SMALL);
        if (this.canvas.height !== Math.max(count, 1) * SMALL) {
            this.canvas.height = Math.max(count, 1) * SMALL;
        }
        const image = new ImageData(SMALL, Math.max(count, 1) * SMALL);
        const pixels = new Uint32Array(image.data.buffer);
        for (let unit = 0; unit < count; unit += 1) {
            const [from, to] = [unit * SMALL * SMALL, (unit + 1) * SMALL * SMALL];
            const values = maps.subarray(from, to);
            palette.fill(pixels.subarray(from, to), values, ...scaling(unit, values));
        }
        pen(this.canvas).putImageData(image, 0, 0);
    }
}

/**
 * A factor that brings the largest magnitude to 1; small maps stay pale.
 * @param {Float32Array} values
 */
export function scaleOf(values) {
    let largest = 0.3;
    for (const value of values) {
        largest = Math.max(largest, Math.abs(value));
    }
    return 1 / largest;
}

/**
 * How the map of a unit is coloured: probabilities from 0 to 1, all else by its largest magnitude.
 * @param {import('./state.js').State} state
 * @param {import('./engine.js').Status} status
 * @param {number} unit  hidden units layer by layer, then the output
 * @param {Float32Array} values
 * @returns {[number, number]} factor and shift
 */
export function unitScaling(state, status, unit, values) {
    const kinds = state.layers.flatMap((layer) => Array.from({ length: layer.units }, () => layer.activation));
    const probability = unit < kinds.length ? kinds[unit] === 'sigmoid' : status.problem === 'classes';
    return probability ? [2, -1] : [scaleOf(values), 0];
}

/** Width of a line in pixels. @param {number} weight */
function thickness(weight) {
    return Math.min(0.5 + 2 * Math.abs(weight), 9);
}

/**
 * @typedef {object} Picture
 * @property {Layout} layout
 * @property {NetworkValues} values
 * @property {Atlas} features
 * @property {Atlas} units
 * @property {Set<string>} on         features that are on
 * @property {boolean[][]} dropped
 * @property {Link|undefined} marked  the line that is pointed at
 */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Picture} picture
 */
export function paintNetwork(canvas, picture) {
    const { context } = sharpen(canvas);
    paintLinks(context, picture);
    const { columns, size } = picture.layout;
    FEATURES.forEach(([name], row) => {
        const place = columns[0]?.[row];
        context.globalAlpha = picture.on.has(name) ? 1 : 0.25;
        context.drawImage(picture.features.canvas, 0, row * SMALL, SMALL, SMALL, place?.x ?? 0, place?.y ?? 0, size, size);
    });
    let unit = 0;
    for (const column of columns.slice(1)) {
        for (const { x, y, row, column: number } of column) {
            const dropped = picture.dropped[number - 1]?.[row] ?? false;
            context.globalAlpha = dropped ? 0.18 : 1;
            context.drawImage(picture.units.canvas, 0, unit * SMALL, SMALL, SMALL, x, y, size, size);
            paintBias(context, x - 5, y + size - 6, picture.values.layers[number - 1]?.biases[row] ?? 0);
            unit += 1;
        }
    }
    context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {Picture} picture */
function paintLinks(context, { layout, values, marked }) {
    for (const link of layout.links) {
        const weight = values.layers[link.layer]?.weights[link.from]?.[link.to] ?? 0;
        const { x0, y0, x1, y1 } = ends(layout, link);
        const isMarked = marked?.layer === link.layer && marked.from === link.from && marked.to === link.to;
        context.globalAlpha = isMarked ? 1 : Math.min(0.3 + Math.abs(weight), 0.9);
        context.strokeStyle = isMarked ? palette.colour('focus') : palette.colour(weight >= 0 ? 'high' : 'low');
        context.lineWidth = thickness(weight) + (isMarked ? 2 : 0);
        const third = (x1 - x0) / 3;
        context.beginPath();
        context.moveTo(x0, y0);
        context.bezierCurveTo(x0 + third, y0, x1 - third, y1, x1, y1);
        context.stroke();
    }
    context.globalAlpha = 1;
}

/** A small square at the lower left corner. @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} bias */
function paintBias(context, x, y, bias) {
    context.globalAlpha = 1;
    context.fillStyle = palette.colour('card');
    context.fillRect(x - 1, y - 1, 9, 9);
    context.globalAlpha = Math.min(0.25 + Math.abs(bias), 1);
    context.fillStyle = palette.colour(bias >= 0 ? 'high' : 'low');
    context.fillRect(x, y, 7, 7);
    context.globalAlpha = 1;
}
