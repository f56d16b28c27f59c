// The pictures of the page: when they are built and when they are drawn.

import { byId } from './dom.js';
import { SMALL, unitScaling } from './network_paint.js';
import { Paced } from './pace.js';
import { startTheme } from './theme.js';
import { drawCurves, showFigures } from './view_curves.js';
import { NetworkView } from './view_network.js';
import { LARGE, OutputView } from './view_output.js';

/** @typedef {import('./app.js').App} App */

export class Views {
    /**
     * @param {App} app
     * @param {() => void} thumbnails  draws the pictures of the data sets
     */
    constructor(app, thumbnails) {
        this.app = app;
        /** The hidden unit that the output shows instead of the output. @type {number|undefined} */
        this.looked = undefined;
        this.pace = new Paced(5);
        this.output = new OutputView(app);
        this.network = new NetworkView(app, (unit) => this.look(unit));
        app.on('progress', () => this.draw());
        app.on('settings', () => this.build());
        app.on('built', () => this.build());
        startTheme(() => {
            thumbnails();
            app.emit('settings');
        });
        new ResizeObserver(() => this.build()).observe(byId('network', HTMLElement));
    }

    /** Lays out anew. */
    build() {
        this.looked = undefined;
        this.output.build();
        this.network.build();
        this.draw();
    }

    /** Shows a hidden unit large, or the output again. @param {number|undefined} unit */
    look(unit) {
        const hidden = this.app.state.layers.reduce((sum, layer) => sum + layer.units, 0);
        this.looked = unit !== undefined && unit < hidden ? unit : undefined;
        if (!this.app.running) {
            this.pictures();
        }
    }

    draw() {
        showFigures(this.app);
        if (this.app.running) {
            this.pace.due(() => this.pictures());
        } else {
            this.pictures();
        }
    }

    pictures() {
        const { app, looked } = this;
        const { state, main: { status } } = app;
        const maps = app.engine.maps(0, SMALL, LARGE);
        this.network.draw(maps.small);
        this.output.answers = maps.output;
        if (looked === undefined) {
            this.output.draw(maps.output, this.output.scaling(status.problem === 'classes'));
        } else {
            const start = (looked + state.features.length) * SMALL * SMALL;
            const values = maps.small.subarray(start, start + SMALL * SMALL);
            this.output.draw(values, unitScaling(state, status, looked, values));
        }
        drawCurves(app);
    }
}
