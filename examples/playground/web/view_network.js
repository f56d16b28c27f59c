// The network: neurons as buttons over a canvas with lines and heat maps.

import { byId, button, keepFocus, make } from './dom.js';
import { openEdit } from './edit.js';
import { FEATURES } from './fields.js';
import { figure } from './figures.js';
import { layOut, linkAt } from './network_layout.js';
import { Atlas, SMALL, featureMaps, paintNetwork, scaleOf, unitScaling } from './network_paint.js';
import { featureName, unitName } from './names.js';
import { MOST_UNITS, changeLayer } from './view_layers.js';

/**
 * @typedef {import('./app.js').App} App
 * @typedef {import('./network_layout.js').Link} Link
 * @typedef {import('./engine.js').Feature} Feature
 */

export class NetworkView {
    /**
     * @param {App} app
     * @param {(unit: number|undefined) => void} look  called with the unit that the output should show
     */
    constructor(app, look) {
        this.app = app;
        this.look = look;
        this.place = byId('network', HTMLElement);
        this.canvas = make('canvas', { class: 'lines', 'aria-hidden': 'true' });
        this.stage = make('div', { class: 'stage' });
        this.place.append(this.stage);
        this.features = new Atlas();
        this.units = new Atlas();
        this.layout = layOut(600, [], []);
        /** @type {Link|undefined} */
        this.marked = undefined;
        this.values = app.engine.network(0);
        this.stage.addEventListener('mousemove', (event) => this.point(event));
        this.stage.addEventListener('mouseleave', () => this.mark(undefined));
        this.stage.addEventListener('click', (event) => this.press(event));
        this.build();
    }

    /** The number of the output layer. */
    get last() {
        return this.values.layers.length - 1;
    }

    /** Lays everything out anew: the architecture, the width or the theme changed. */
    build() {
        const { app } = this;
        const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.place : undefined;
        this.values = app.engine.network(0);
        this.layout = layOut(this.place.clientWidth, app.state.layers.map((layer) => layer.units), app.state.features);
        const { width, height } = this.layout;
        this.stage.style.cssText = this.canvas.style.cssText = `width:${width}px;height:${height}px`;
        this.stage.replaceChildren(this.canvas, ...this.heads(), ...this.neurons());
        const maps = featureMaps(app.engine.domain(0));
        this.features.fill(maps, (_, values) => [scaleOf(values), 0]);
        this.marked = undefined;
        if (focused) {
            this.focusAgain(focused);
        }
    }

    /** The focus goes back to its place, or to the button beside it if that cannot be pressed any more. @param {string} place */
    focusAgain(place) {
        const other = place.startsWith('-1-') ? place.slice(1) : `-${place}`;
        keepFocus(...[place, other].flatMap((one) => [.../** @type {NodeListOf<HTMLElement>} */ (this.stage.querySelectorAll(`[data-place="${one}"]`))]));
    }

    /** What stands above the columns. */
    heads() {
        const { columns, size } = this.layout;
        return columns.map((column, number) => {
            const head = make('div', { class: 'head' });
            head.style.cssText = `left:${(column[0]?.x ?? 0) + size / 2}px;top:0;transform:translateX(-50%)`;
            const layer = this.app.state.layers[number - 1];
            if (layer) {
                head.append(this.unitButton(number - 1, layer.units, -1), ' ', this.unitButton(number - 1, layer.units, 1),
                    make('div', {}, `${layer.units} neuron${layer.units === 1 ? '' : 's'}`));
            } else {
                head.append(number === 0 ? 'Features' : 'Output');
            }
            return head;
        });
    }

    /** @param {number} layer @param {number} units @param {1|-1} more */
    unitButton(layer, units, more) {
        const name = `${more > 0 ? 'Add a neuron to' : 'Remove a neuron from'} layer ${layer + 1}`;
        const disabled = units + more < 1 || units + more > MOST_UNITS;
        return button(more > 0 ? '+' : '−', () => changeLayer(this.app, layer, { units: units + more }),
            { 'aria-label': name, disabled, 'data-place': `${more}-${layer}` });
    }

    /** A button for each feature and unit. */
    neurons() {
        const on = new Set(this.app.state.features);
        return this.layout.columns.flatMap((column, number) => column.map((place) => {
            const feature = number === 0 ? FEATURES[place.row] : undefined;
            const made = feature ? this.featureButton(feature, on.has(/** @type {Feature} */ (feature[0])))
                : this.unitNeuron(number - 1, place.row);
            made.style.cssText = `left:${place.x}px;top:${place.y}px;width:${this.layout.size}px;height:${this.layout.size}px`;
            made.dataset.place = `n-${number}-${place.row}`;
            return made;
        }));
    }

    /** @param {[string, string]} feature @param {boolean} pressed */
    featureButton([name, text], pressed) {
        const made = button('', () => this.toggle(/** @type {Feature} */ (name)),
            { class: pressed ? 'neuron' : 'neuron off', 'aria-pressed': String(pressed), 'aria-label': `Feature ${text}`, title: `${pressed ? 'Switch off' : 'Switch on'} ${text}` });
        made.append(make('span', { class: 'name', 'aria-hidden': 'true' }, text));
        return made;
    }

    /** @param {number} layer @param {number} unit */
    unitNeuron(layer, unit) {
        const name = unitName(layer, unit, this.last);
        const made = button('', () => openEdit(this.app, layer, unit), { class: 'neuron', 'aria-label': `Change ${name}`, 'aria-haspopup': 'dialog' });
        const number = this.app.state.layers.slice(0, layer).reduce((sum, { units }) => sum + units, 0) + unit;
        const show = () => {
            const bias = this.values.layers[layer]?.biases[unit];
            this.read(`${name[0]?.toUpperCase()}${name.slice(1)}: bias ${figure(bias)}.`);
            this.look(number);
        };
        made.addEventListener('mouseenter', show);
        made.addEventListener('focus', show);
        for (const leave of ['mouseleave', 'blur']) {
            made.addEventListener(leave, () => this.look(undefined));
        }
        return made;
    }

    /** Switches a feature on or off; the order stays that of the list. @param {Feature} feature */
    toggle(feature) {
        const on = new Set(this.app.state.features);
        if (!on.delete(feature)) {
            on.add(feature);
        }
        this.app.change({ features: FEATURES.map(([name]) => /** @type {Feature} */ (name)).filter((name) => on.has(name)) });
    }

    /** @param {Float32Array} maps  of the features that are on, the hidden units and the output */
    draw(maps) {
        const { engine, state, main: { status } } = this.app;
        this.values = engine.network(0);
        const hidden = maps.subarray(state.features.length * SMALL * SMALL);
        this.units.fill(hidden, (unit, values) => unitScaling(state, status, unit, values));
        const dropout = state.layers.some((layer) => layer.dropout > 0);
        const dropped = dropout && this.app.running ? engine.dropped(0) : [];
        paintNetwork(this.canvas, {
            layout: this.layout, values: this.values, features: this.features, units: this.units,
            on: new Set(state.features), dropped, marked: this.marked,
        });
        if (this.marked) {
            this.readLink(this.marked);
        }
    }

    /** @param {MouseEvent} event */
    linkUnder(event) {
        const box = this.stage.getBoundingClientRect();
        return event.target instanceof Element && event.target.closest('button') ? undefined
            : linkAt(this.layout, event.clientX - box.left, event.clientY - box.top);
    }

    /** @param {MouseEvent} event */
    point(event) {
        const link = this.linkUnder(event);
        this.stage.style.cursor = link ? 'pointer' : '';
        this.mark(link);
    }

    /** @param {Link|undefined} link */
    mark(link) {
        if (link !== this.marked) {
            this.marked = link;
            if (!this.app.running) {
                this.app.emit('progress');
            }
        }
    }

    /** @param {MouseEvent} event */
    press(event) {
        const link = this.linkUnder(event);
        if (link) {
            openEdit(this.app, link.layer, link.to, link.from);
        }
    }

    /** @param {Link} link */
    readLink({ layer, from, to }) {
        const source = layer === 0 ? featureName(this.values.features[from] ?? '') : unitName(layer - 1, from, this.last);
        const weight = this.values.layers[layer]?.weights[from]?.[to];
        this.read(`Weight from ${source} to ${unitName(layer, to, this.last)}: ${figure(weight)}.`);
    }

    /** @param {string} text */
    read(text) {
        byId('reading', HTMLElement).textContent = text;
    }
}
