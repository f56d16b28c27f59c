// Training while the page is drawn: every frame trains for a few milliseconds, evaluates and draws.

import { attempt, showProblem, tell } from './message.js';
import { FRAME, Paced } from './pace.js';

/** @typedef {import('./app.js').App} App */

/** Milliseconds between two steps at the speed `slow`. */
const SLOW = 300;
/** The least time for training in a frame, in milliseconds. */
const LEAST = 1.5;

export class Loop {
    /** @param {App} app */
    constructor(app) {
        this.app = app;
        /** Milliseconds that evaluating and drawing took of late. */
        this.others = 4;
        this.chunk = 1;
        this.racer = 0;
        this.last = 0;
        this.evaluation = new Paced(2);
        this.evaluationOfRace = new Paced(1.5);
        this.waiting = 0;
        app.on('running', () => {
            cancelAnimationFrame(this.waiting);
            if (app.running) {
                this.next();
            }
        });
    }

    /** Asks for the next frame; there is never more than one. */
    next() {
        this.waiting = requestAnimationFrame((now) => this.frame(now));
    }

    /** One frame. @param {number} now */
    frame(now) {
        if (!this.app.running) {
            return;
        }
        if (attempt(() => this.work(now))) {
            this.next();
        } else {
            this.app.setRunning(false);
        }
    }

    /** @param {number} now */
    work(now) {
        const { speed } = this.app.state;
        if (speed === 'slow' && now - this.last < SLOW) {
            return;
        }
        this.last = now;
        const steps = speed === 'slow' || speed === 'step' ? 1
            : speed === 'epoch' ? this.app.stepsPerEpoch(this.app.main.status) : Infinity;
        this.trainFor(Math.max(FRAME - this.others, LEAST), steps);
        const start = performance.now();
        this.evaluate();
        this.app.emit('progress');
        this.others = 0.7 * this.others + 0.3 * (performance.now() - start);
    }

    /**
     * Trains in chunks of about half a millisecond, so that the clock is asked often enough.
     * @param {number} budget  milliseconds
     * @param {number} steps   at most
     */
    trainFor(budget, steps) {
        const start = performance.now();
        let [done, spent] = [0, 0];
        while (done < steps && spent < budget && !this.app.main.stopped) {
            const chunk = Math.min(this.chunk, steps - done);
            this.app.train((run) => this.app.engine.step(run, chunk));
            const took = performance.now() - start - spent;
            done += chunk;
            spent += took;
            if (took < 0.4 && chunk === this.chunk) {
                this.chunk = Math.min(this.chunk * 2, 1024);
            } else if (took > 0.9) {
                this.chunk = Math.max(1, this.chunk >> 1);
            }
        }
    }

    /** The main run, and one of the race in turn. */
    evaluate() {
        this.evaluation.due(() => this.app.evaluate(0));
        const others = this.app.runs.length - 1;
        if (others > 0) {
            this.racer = (this.racer % others) + 1;
            this.evaluationOfRace.due(() => this.app.evaluate(this.racer));
        }
    }
}

/**
 * One step of the main run and the race, or one epoch.
 * @param {App} app
 * @param {'step'|'epoch'} what
 */
export function advance(app, what) {
    app.setRunning(false);
    showProblem('');
    app.train((run) => (what === 'step' ? app.engine.step(run, 1) : app.engine.epoch(run)));
    app.refresh();
    const { status } = app.main;
    tell(`Epoch ${status.epoch}, step ${status.step}: training loss ${status.train_loss.toFixed(3)}, test loss ${status.test_loss.toFixed(3)}.`);
}
