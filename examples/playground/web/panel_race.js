// The race: several networks learn the same points, and their losses lie over each other.

import { drawChart } from './chart.js';
import { button, keepFocus, make, pen } from './dom.js';
import { DECAYS, OPTIMIZERS } from './fields.js';
import { figure, percent } from './figures.js';
import { lossRange } from './history.js';
import { showProblem } from './message.js';
import { choiceName } from './names.js';
import { seriesStyle } from './palette.js';

/**
 * @typedef {import('./app.js').App} App
 * @typedef {import('./state.js').Racer} Racer
 * @typedef {import('./engine.js').OptimizerName} OptimizerName
 * @typedef {import('./engine.js').DecayName} DecayName
 */

const MOST = 7;
const HEAD = ['', 'Optimizer', 'Learning rate', 'Schedule', 'Epoch', 'Training loss', 'Test loss', 'Test accuracy', 'Hash', ''];

export class RacePanel {
    /** @param {App} app */
    constructor(app) {
        this.app = app;
        this.body = make('tbody');
        this.chart = make('canvas', { class: 'chart tall', role: 'img', 'aria-label': 'Training loss of each network over epochs; the table has the numbers' });
        this.add = button('Add a network', () => this.change([...app.state.race, this.own()]), { id: 'race-add' });
        this.end = button('End the race', () => this.change([]), { id: 'race-end' });
        const head = HEAD.map((name, at) => (name ? make('th', { scope: 'col' }, name) : make('td', { 'aria-hidden': at === 0 })));
        this.element = make('div', {},
            make('p', {}, 'Several networks learn the same points from the same first weights. They differ in optimizer, learning rate or schedule. Run, Step, Epoch and Reset drive all of them.'),
            make('div', { class: 'actions' },
                button('All eight optimizers', () => this.optimizers(), { id: 'race-optimizers' }),
                button('All five schedules', () => this.schedules(), { id: 'race-schedules' }), this.add, this.end),
            make('div', { class: 'scroll' }, make('table', { id: 'race-table' }, make('caption', {}, 'The networks'), make('thead', {}, make('tr', {}, ...head)), this.body)),
            make('h3', {}, 'Training loss'), this.chart);
        app.on('settings', () => this.build());
        this.build();
    }

    /** The choices of the main network. @returns {Racer} */
    own() {
        const { optimizer, learning_rate, decay } = this.app.state;
        return { optimizer, learning_rate, decay };
    }

    /** @param {Racer[]} race */
    change(race) {
        this.app.change({ race });
        keepFocus(this.add, this.end);
    }

    /** The main network and the seven others. */
    optimizers() {
        const own = this.own();
        this.change(OPTIMIZERS.filter(([name]) => name !== own.optimizer)
            .map(([name]) => ({ ...own, optimizer: /** @type {OptimizerName} */ (name) })));
    }

    /** The main network and the four other schedules. */
    schedules() {
        const own = this.own();
        this.change(DECAYS.filter(([name]) => name !== own.decay).map(([name]) => ({ ...own, decay: /** @type {DecayName} */ (name) })));
    }

    /** As many rows as networks; those that stay keep the focus. */
    build() {
        const { race } = this.app.state;
        this.add.disabled = race.length >= MOST;
        this.end.disabled = race.length === 0;
        while (this.body.rows.length > race.length + 1) {
            this.body.lastElementChild?.remove();
        }
        for (let index = this.body.rows.length; index <= race.length; index += 1) {
            this.body.append(this.row(index));
        }
        [this.own(), ...race].forEach((racer, index) => this.show(index, racer));
        this.update();
    }

    /** @param {number} index  0 is the main network, which is set above */
    row(index) {
        const cells = HEAD.map(() => make('td'));
        cells[0]?.append(make('canvas', { class: 'swatch', width: 44, height: 8, 'aria-hidden': 'true' }));
        if (index > 0) {
            cells[1]?.append(this.choice(index, 'optimizer', OPTIMIZERS));
            cells[2]?.append(this.rate(index));
            cells[3]?.append(this.choice(index, 'decay', DECAYS));
            cells[9]?.append(button('Remove', () => this.change(this.app.state.race.filter((_, at) => at !== index - 1)), { 'aria-label': `Remove network ${index + 1}` }));
        } else {
            cells[9]?.append('set above');
        }
        return make('tr', {}, ...cells);
    }

    /** @param {number} index @param {'optimizer'|'decay'} name @param {[string, string][]} choices */
    choice(index, name, choices) {
        const label = `${name === 'decay' ? 'Schedule' : 'Optimizer'} of network ${index + 1}`;
        const select = make('select', { 'aria-label': label, 'data-name': name }, ...choices.map(([value, text]) => make('option', { value }, text)));
        select.addEventListener('change', () => this.edit(index, { [name]: select.value }));
        return select;
    }

    /** @param {number} index */
    rate(index) {
        const input = make('input', { type: 'number', step: 'any', min: 0, 'aria-label': `Learning rate of network ${index + 1}`, 'data-name': 'learning_rate' });
        input.addEventListener('change', () => {
            const value = input.value === '' ? NaN : Number(input.value);
            if (value >= 0 && value <= 2e9) {
                this.edit(index, { learning_rate: value });
            } else {
                this.build();
                showProblem('The learning rate has to be a number from 0 to 2000000000.');
            }
        });
        return input;
    }

    /** @param {number} index @param {Partial<Racer>} changes */
    edit(index, changes) {
        this.change(this.app.state.race.map((racer, at) => (at === index - 1 ? { ...racer, ...changes } : racer)));
    }

    /** @param {number} index @param {Racer} racer */
    show(index, racer) {
        const row = this.body.rows[index];
        this.paintSwatch(row?.querySelector('canvas'), index);
        if (index === 0) {
            row?.cells[1]?.replaceChildren(choiceName(OPTIMIZERS, racer.optimizer));
            row?.cells[2]?.replaceChildren(String(racer.learning_rate));
            row?.cells[3]?.replaceChildren(choiceName(DECAYS, racer.decay));
            return;
        }
        for (const [name, value] of Object.entries(racer)) {
            const input = row?.querySelector(`[data-name="${name}"]`);
            if (input instanceof HTMLInputElement || input instanceof HTMLSelectElement) {
                input.value = String(value);
            }
        }
    }

    /** A piece of the curve of this network. @param {HTMLCanvasElement|null|undefined} canvas @param {number} index */
    paintSwatch(canvas, index) {
        if (canvas) {
            const context = pen(canvas);
            const { colour, dash } = seriesStyle(index);
            context.clearRect(0, 0, canvas.width, canvas.height);
            context.strokeStyle = colour;
            context.lineWidth = 4;
            context.setLineDash(dash);
            context.beginPath();
            context.moveTo(0, 4);
            context.lineTo(44, 4);
            context.stroke();
        }
    }

    /** The numbers and curves. */
    update() {
        const { runs } = this.app;
        runs.forEach(({ status, stopped }, index) => {
            const cells = this.body.rows[index]?.cells;
            const texts = [String(status.epoch), figure(status.train_loss), figure(status.test_loss), percent(status.test_accuracy), stopped ? `stopped: ${stopped}` : status.hash];
            texts.forEach((text, at) => cells?.[at + 4]?.replaceChildren(text));
        });
        if (this.chart.clientWidth === 0) {
            return;
        }
        const curves = runs.map((run) => run.history.curve(1));
        const end = Math.max(1, ...runs.map(({ status }) => this.app.epochs(status)));
        drawChart(this.chart, { x: [0, end], y: lossRange(curves), xName: 'epoch', yName: 'training loss' }, curves.map((points, index) => ({ points, ...seriesStyle(index) })));
    }
}
