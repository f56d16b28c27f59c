// The decision surface with the points over it.

import { byId, make, pen } from './dom.js';
import { figure, percent } from './figures.js';
import { palette } from './palette.js';

/**
 * @typedef {import('./app.js').App} App
 * @typedef {import('./engine.js').Points} Points
 * @typedef {import('./engine.js').Domain} Domain
 */

/** Numbers a side of the surface. */
export const LARGE = 100;
/** So many points are drawn at most. */
const MOST_POINTS = 1500;

export class OutputView {
    /** @param {App} app */
    constructor(app) {
        this.app = app;
        this.canvas = byId('surface', HTMLCanvasElement);
        this.field = make('canvas', { width: 1, height: 1 });
        this.points = app.engine.points(0);
        this.domain = app.engine.domain(0);
        this.layer = make('canvas', { width: 1, height: 1 });
        /** The output of the network, `LARGE` numbers a side. @type {Float32Array} */
        this.answers = new Float32Array();
        this.canvas.addEventListener('mousemove', (event) => this.read(event));
    }

    /** The data, the theme or the width changed. */
    build() {
        this.points = this.app.engine.points(0);
        this.domain = this.app.engine.domain(0);
        const { names, classes } = this.domain;
        const largest = 1 / this.scaling(false)[0];
        const [low, high] = classes.length === 2 ? classes.map((name) => `class ${name}`) : [-largest, largest].map((target) => this.inUnits(2, target));
        byId('scale-low', HTMLElement).textContent = low ?? '';
        byId('scale-high', HTMLElement).textContent = high ?? '';
        this.canvas.title = `${names[0]} from left to right, ${names[1]} from below to above`;
        const side = Math.round(Math.max(this.canvas.clientWidth, 100) * Math.min(window.devicePixelRatio || 1, 2));
        for (const canvas of [this.canvas, this.layer]) {
            canvas.width = canvas.height = side;
        }
        this.drawPoints();
    }

    /** A number of the plane as it stands in an own table: x₁, x₂ or the target. @param {0|1|2} column @param {number} number */
    inUnits(column, number) {
        return figure((this.domain.mean[column] ?? 0) + (this.domain.deviation[column] ?? 1) * number);
    }

    /** The factor and shift that bring a value to −1 … 1. @param {boolean} probability @returns {[number, number]} */
    scaling(probability) {
        if (probability) {
            return [2, -1];
        }
        const [least = -1, largest = 1] = this.domain.targets;
        return [1 / Math.max(Math.abs(least), Math.abs(largest), 1e-6), 0];
    }

    /** The points on a layer of their own: they change more seldom than what is below. */
    drawPoints() {
        const context = pen(this.layer);
        const side = this.layer.width;
        context.clearRect(0, 0, side, side);
        const { points, domain: { low, high }, app: { state } } = this;
        const [factor, shift] = this.scaling(this.domain.classes.length === 2);
        const size = side / (points.count > 600 ? 100 : 72);
        for (let index = Math.max(0, points.count - MOST_POINTS); index < points.count; index += 1) {
            const test = points.test[index] === 1;
            if (test && !state.show_test) {
                continue;
            }
            const value = (points.target[index] ?? 0) * factor + shift;
            const at = Math.max(0, Math.min(255, Math.round((value + 1) * 127.5)));
            this.drawPoint(context, ((points.x1[index] ?? 0) - low) / (high - low) * side,
                side - ((points.x2[index] ?? 0) - low) / (high - low) * side, size, test, palette.ramp[at] ?? 0);
        }
    }

    /**
     * @param {CanvasRenderingContext2D} context
     * @param {number} x
     * @param {number} y
     * @param {number} size
     * @param {boolean} test  test points are squares with a dark edge, training points are circles with a light one
     * @param {number} colour
     */
    drawPoint(context, x, y, size, test, colour) {
        context.fillStyle = `rgb(${colour & 255}, ${(colour >> 8) & 255}, ${(colour >> 16) & 255})`;
        context.strokeStyle = test ? '#101418' : '#ffffff';
        context.lineWidth = size / 4;
        context.beginPath();
        if (test) {
            context.rect(x - size * 0.8, y - size * 0.8, size * 1.6, size * 1.6);
        } else {
            context.arc(x, y, size, 0, 2 * Math.PI);
        }
        context.fill();
        context.stroke();
    }

    /**
     * @param {Float32Array} values  n · n numbers
     * @param {[number, number]} scaling
     */
    draw(values, [factor, shift]) {
        const side = Math.round(Math.sqrt(values.length));
        if (this.field.width !== side) {
            this.field.width = this.field.height = side;
        }
        const image = new ImageData(side, side);
        palette.fill(new Uint32Array(image.data.buffer), values, factor, shift, palette.pale, this.app.state.discretise);
        pen(this.field).putImageData(image, 0, 0);
        const context = pen(this.canvas);
        context.imageSmoothingEnabled = !this.app.state.discretise;
        context.drawImage(this.field, 0, 0, this.canvas.width, this.canvas.height);
        context.drawImage(this.layer, 0, 0);
    }

    /** Says what stands under the pointer. @param {MouseEvent} event */
    read(event) {
        const box = this.canvas.getBoundingClientRect();
        const { low, high, names } = this.domain;
        const across = low + ((event.clientX - box.left) / box.width) * (high - low);
        const up = high - ((event.clientY - box.top) / box.height) * (high - low);
        const at = (/** @type {number} */ share) => Math.max(0, Math.min(LARGE - 1, Math.floor(share * LARGE)));
        const answer = this.answers[at((event.clientY - box.top) / box.height) * LARGE + at((event.clientX - box.left) / box.width)];
        byId('reading', HTMLElement).textContent = `Place in the output: ${names[0]} = ${this.inUnits(0, across)}, ${names[1]} = ${this.inUnits(1, up)}. ${this.answer(answer ?? 0)}`;
    }

    /** What the network answers. @param {number} value  a probability of class 1, or a number */
    answer(value) {
        const { classes } = this.domain;
        return classes.length === 2 ? `Answer: class ${classes[value >= 0.5 ? 1 : 0]} with ${percent(Math.max(value, 1 - value))}.`
            : `Answer: ${this.inUnits(2, value)}.`;
    }
}
