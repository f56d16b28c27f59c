// The model behind the page: settings, the main run, the runs of the race, and who wants to hear of changes.

import { Engine, EngineError } from './engine.js';
import { History } from './history.js';
import { attempt, showNotice, showProblem } from './message.js';
import { withNames } from './names.js';
import { VIEW, engineSettings } from './state.js';

/**
 * @typedef {import('./state.js').State} State
 * @typedef {import('./engine.js').Status} Status
 * @typedef {'settings'|'built'|'progress'|'running'} Happening
 *   settings: the state changed, or was refused. built: all runs are new. progress: parameters changed.
 *   running: it was started or paused.
 */

/**
 * A run of the engine. Run 0 is the main one.
 * @typedef {object} Run
 * @property {Status} status
 * @property {History} history
 * @property {string} stopped  why it cannot go on; empty while it can
 */

export class App {
    /**
     * @param {Engine} engine
     * @param {State} state
     */
    constructor(engine, state) {
        this.engine = engine;
        this.state = state;
        /** @type {Run[]} */
        this.runs = [];
        this.running = false;
        /** @type {Map<Happening, (() => void)[]>} */
        this.listeners = new Map();
        this.build(state);
    }

    /** The main run. */
    get main() {
        const [run] = this.runs;
        if (!run) {
            throw new EngineError('', 'there is no network yet');
        }
        return run;
    }

    /**
     * @param {Happening} happening
     * @param {() => void} listener
     */
    on(happening, listener) {
        this.listeners.set(happening, [...(this.listeners.get(happening) ?? []), listener]);
    }

    /** @param {Happening} happening */
    emit(happening) {
        this.listeners.get(happening)?.forEach((listener) => listener());
    }

    /**
     * Changes settings. What concerns training starts it anew; what the engine refuses changes nothing.
     * @param {Partial<State>} changes
     */
    change(changes) {
        const next = { ...this.state, ...changes };
        const anew = Object.keys(changes).some((name) => !VIEW.has(name) || name === 'race');
        showProblem('');
        const good = attempt(() => anew && this.build(next));
        if (good) {
            this.state = next;
        }
        this.emit('settings');
        if (good && anew) {
            showNotice('');
            this.emit('built');
            this.emit('progress');
        }
        return good;
    }

    /**
     * Configures the main run first: it throws before anything has changed.
     * @param {State} state
     */
    build(state) {
        const settings = engineSettings(state);
        const first = this.engine.configure(0, settings);
        this.runs = [begun(first)];
        state.race.forEach((racer, index) => {
            this.runs.push(begun(this.engine.configure(index + 1, { ...settings, ...racer })));
        });
        for (let run = this.runs.length; run < Engine.RUNS; run += 1) {
            this.engine.remove(run);
        }
    }

    /** Back to the initial weights. */
    reset() {
        showProblem('');
        this.runs = this.runs.map((_, index) => begun(this.engine.reset(index)));
        this.emit('built');
        this.emit('progress');
    }

    /**
     * Trains every run that can go on.
     * @param {(run: number) => void} train
     */
    train(train) {
        this.runs.forEach((run, index) => {
            if (run.stopped) {
                return;
            }
            try {
                train(index);
            } catch (error) {
                if (!(error instanceof EngineError)) {
                    throw error;
                }
                run.stopped = withNames(error.message, this.state.layers.length).replace(/^training stopped: /, '');
            }
        });
        if (this.main.stopped) {
            this.setRunning(false);
            showProblem(`Training stopped: ${this.main.stopped}. Choose a smaller learning rate, or clip the gradient under “More”. Run begins anew.`);
        }
    }

    /** Evaluates the run and remembers its losses. @param {number} index */
    evaluate(index) {
        const run = this.runs[index];
        if (run) {
            run.status = this.engine.status(index);
            run.history.add(this.epochs(run.status), run.status.train_loss, run.status.test_loss);
        }
    }

    /** Everything anew after training or editing while nothing runs. */
    refresh() {
        this.runs.forEach((_, index) => this.evaluate(index));
        this.emit('progress');
    }

    /** @param {Status} status */
    stepsPerEpoch(status) {
        return Math.max(1, Math.ceil(status.train_rows / this.state.batch_size));
    }

    /** Epochs with their fraction. @param {Status} status */
    epochs(status) {
        return status.step / this.stepsPerEpoch(status);
    }

    /** @param {boolean} running */
    setRunning(running) {
        if (running !== this.running) {
            this.running = running;
            this.emit('running');
        }
    }
}

/** @param {Status} status @returns {Run} */
function begun(status) {
    const history = new History();
    history.add(0, status.train_loss, status.test_loss);
    return { status, history, stopped: '' };
}
