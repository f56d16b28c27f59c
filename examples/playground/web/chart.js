// Curves in a pair of axes.

import { pen } from './dom.js';
import { palette } from './palette.js';

/**
 * @typedef {object} Curve
 * @property {number[][]} points  [x, y]
 * @property {string} colour
 * @property {readonly number[]} [dash]
 * @property {number} [width]
 */

/**
 * @typedef {object} Axes
 * @property {[number, number]} x
 * @property {[number, number]} y
 * @property {string} xName
 * @property {string} yName
 */

const MARGIN = { left: 46, right: 10, top: 10, bottom: 32 };

/**
 * Makes the canvas as sharp as the screen. Returns its size in CSS pixels.
 * @param {HTMLCanvasElement} canvas
 */
export function sharpen(canvas) {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const [width, height] = [Math.max(canvas.clientWidth, 1), Math.max(canvas.clientHeight, 1)];
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== across || canvas.height !== down) {
        canvas.width = across;
        canvas.height = down;
    }
    const context = pen(canvas);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return { context, width, height };
}

/**
 * Draws curves over each other.
 * @param {HTMLCanvasElement} canvas
 * @param {Axes} axes
 * @param {Curve[]} curves
 */
export function drawChart(canvas, axes, curves) {
    const { context, width, height } = sharpen(canvas);
    const box = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
    /** @param {number} x */
    const across = (x) => box.left + ((x - axes.x[0]) / (axes.x[1] - axes.x[0] || 1)) * (box.right - box.left);
    /** @param {number} y */
    const down = (y) => box.bottom - ((y - axes.y[0]) / (axes.y[1] - axes.y[0] || 1)) * (box.bottom - box.top);
    drawAxes(context, axes, box, across, down);
    context.save();
    context.beginPath();
    context.rect(box.left - 1, box.top - 2, box.right - box.left + 3, box.bottom - box.top + 4);
    context.clip();
    for (const curve of curves) {
        context.strokeStyle = curve.colour;
        context.lineWidth = curve.width ?? 2;
        context.setLineDash([...(curve.dash ?? [])]);
        context.beginPath();
        for (const [x = 0, y = 0] of curve.points) {
            context.lineTo(across(x), down(y));
        }
        context.stroke();
    }
    context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Axes} axes
 * @param {{left: number, right: number, top: number, bottom: number}} box
 * @param {(x: number) => number} across
 * @param {(y: number) => number} down
 */
function drawAxes(context, axes, box, across, down) {
    context.font = '11px system-ui, "DejaVu Sans", sans-serif';
    context.fillStyle = palette.colour('quiet');
    context.strokeStyle = palette.colour('edge');
    context.lineWidth = 1;
    context.setLineDash([]);
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    for (const tick of ticks(axes.y, 4)) {
        line(context, box.left, down(tick), box.right, down(tick));
        context.fillText(label(tick), box.left - 5, down(tick));
    }
    context.textAlign = 'center';
    context.textBaseline = 'top';
    for (const tick of ticks(axes.x, 5)) {
        line(context, across(tick), box.bottom, across(tick), box.bottom + 3);
        context.fillText(label(tick), across(tick), box.bottom + 5);
    }
    context.fillText(axes.xName, (box.left + box.right) / 2, box.bottom + 18);
    context.save();
    context.translate(4, (box.top + box.bottom) / 2);
    context.rotate(-Math.PI / 2);
    context.fillText(axes.yName, 0, -2);
    context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x0
 * @param {number} y0
 * @param {number} x1
 * @param {number} y1
 */
function line(context, x0, y0, x1, y1) {
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
}

/**
 * Round numbers inside a range.
 * @param {[number, number]} range
 * @param {number} count
 */
export function ticks([low, high], count) {
    const rough = (high - low) / count;
    if (!(rough > 0) || !Number.isFinite(rough)) {
        return [low];
    }
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
    const found = [];
    for (let at = Math.ceil(low / step - 1e-9); at * step <= high * (1 + 1e-9) && found.length < 20; at += 1) {
        found.push(at * step);
    }
    return found;
}

/** @param {number} number */
function label(number) {
    const size = Math.abs(number);
    return size >= 1e6 ? number.toExponential(0).replace('+', '') : size >= 10000 ? `${+(number / 1000).toPrecision(3)}k` : String(+number.toPrecision(3));
}
