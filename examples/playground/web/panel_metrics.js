// How good the answers are: confusion matrix, precision, recall, F1, ROC curve; errors of a regression.

import { drawChart } from './chart.js';
import { make, table } from './dom.js';
import { figure, percent } from './figures.js';
import { palette } from './palette.js';

/**
 * @typedef {import('./app.js').App} App
 * @typedef {import('./engine.js').ClassMetrics} ClassMetrics
 * @typedef {import('./engine.js').RegressionMetrics} RegressionMetrics
 */

export class MetricsPanel {
    /** @param {App} app */
    constructor(app) {
        this.app = app;
        this.tables = make('div');
        this.chart = make('canvas', { class: 'chart tall roc', role: 'img' });
        this.about = make('p', { class: 'hint' });
        this.curve = make('div', {}, make('h3', {}, 'ROC curve of the test points'), this.chart, this.about);
        this.element = make('div', { class: 'columns' }, this.tables, this.curve);
    }

    update() {
        const [test, train] = [this.app.engine.metrics(0, 'test'), this.app.engine.metrics(0, 'train')];
        this.curve.hidden = test.problem !== 'classes';
        if (test.problem === 'classes' && train.problem === 'classes') {
            this.tables.replaceChildren(this.confusion(test), scores(test, train));
            this.draw(test);
        } else if (test.problem === 'regression' && train.problem === 'regression') {
            this.tables.replaceChildren(errors(test, train));
        }
    }

    /** @param {ClassMetrics} of */
    confusion(of) {
        const { classes: [zero = '0', one = '1'] } = this.app.engine.domain(0);
        const cell = (/** @type {number} */ count, /** @type {boolean} */ right) => (right ? make('strong', {}, `${count} right`) : `${count} wrong`);
        const built = table(`Confusion matrix of ${of.rows} test points`, ['', `Answer: class ${zero}`, `Answer: class ${one}`], [
            [`Truly class ${zero}`, cell(of.true_negatives, true), cell(of.false_positives, false)],
            [`Truly class ${one}`, cell(of.false_negatives, false), cell(of.true_positives, true)],
        ]);
        built.id = 'confusion';
        return built;
    }

    /** @param {ClassMetrics} of */
    draw(of) {
        this.about.textContent = of.auc === null ? 'The test points are all of one class: there is no curve.'
            : 'Each point of the curve is a threshold. The dashed line is what guessing gives: AUC 0.5.';
        this.chart.setAttribute('aria-label', `ROC curve; area under it ${figure(of.auc)}`);
        drawChart(this.chart, { x: [0, 1], y: [0, 1], xName: 'false positives / all of class 0', yName: 'true positives / all of class 1' }, [
            { points: [[0, 0], [1, 1]], colour: palette.colour('quiet'), dash: [4, 4], width: 1 },
            { points: of.roc, colour: palette.colour('accent'), width: 2.5 },
        ]);
    }
}

/** @param {ClassMetrics} test @param {ClassMetrics} train */
function scores(test, train) {
    const line = (/** @type {string} */ name, /** @type {(of: ClassMetrics) => string} */ show) => [name, show(test), show(train)];
    const built = table('How good the answers are', ['', 'Test', 'Training'], [
        line('Accuracy: right of all', (of) => percent(of.accuracy)),
        line('Precision: right of the answers “class 1”', (of) => figure(of.precision)),
        line('Recall: found of class 1', (of) => figure(of.recall)),
        line('F1: harmonic mean of both', (of) => figure(of.f1)),
        line('ROC AUC', (of) => figure(of.auc)),
    ]);
    built.id = 'scores';
    return built;
}

/** @param {RegressionMetrics} test @param {RegressionMetrics} train */
function errors(test, train) {
    const built = table('How good the answers are', ['', 'Test', 'Training'], [
        ['Rows', String(test.rows), String(train.rows)],
        ['Mean squared error', figure(test.mean_squared_error), figure(train.mean_squared_error)],
        ['Mean absolute error', figure(test.mean_absolute_error), figure(train.mean_absolute_error)],
        ['R²', figure(test.r2), figure(train.r2)],
    ]);
    built.id = 'scores';
    return built;
}
