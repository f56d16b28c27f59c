// Starts the page: engine, settings of the address, controls, views.

import { complaint, readAddress, writeAddress } from './address.js';
import { App } from './app.js';
import { startControls } from './controls.js';
import { byId } from './dom.js';
import { Engine } from './engine.js';
import { Loop, advance } from './loop.js';
import { explained, showNotice, showProblem, tell } from './message.js';
import { hasTable, recallTable } from './own_table.js';
import { ChipPanel } from './panel_chip.js';
import { FilesPanel } from './panel_files.js';
import { GradientsPanel } from './panel_gradients.js';
import { MetricsPanel } from './panel_metrics.js';
import { RacePanel } from './panel_race.js';
import { RustPanel } from './panel_rust.js';
import { StepsPanel } from './panel_steps.js';
import { PRESETS } from './presets.js';
import { DEFAULTS, copied } from './state.js';
import { startTabs } from './tabs.js';
import { samplePoints, startData } from './view_data.js';
import { startGrowth } from './view_growth.js';
import { startLayers } from './view_layers.js';
import { startPresets } from './view_presets.js';
import { Views } from './views.js';

try {
    start(await Engine.load());
} catch (error) {
    showProblem(explained(error));
}

/** @param {Engine} engine */
function start(engine) {
    const samples = samplePoints(engine);
    const app = begin(engine);
    const files = new FilesPanel(app);
    startControls(app);
    startLayers(app);
    startPresets(app);
    startTabs(app, {
        race: new RacePanel(app), metrics: new MetricsPanel(app), gradients: new GradientsPanel(app), steps: new StepsPanel(app),
        chip: new ChipPanel(app), files, rust: new RustPanel(app),
    });
    const thumbnails = startData(app, samples, () => files.ask());
    startButtons(app);
    startGrowth(app);
    new Views(app, thumbnails);
    startAddress(app);
    startLinks(app);
    new Loop(app);
}

/** The state of the address, or the defaults where the engine refuses it. @param {Engine} engine */
function begin(engine) {
    recallTable(engine);
    const { state, problem } = stateOfAddress();
    try {
        const app = new App(engine, state);
        showProblem(problem);
        return app;
    } catch (error) {
        showProblem(`The settings of the address do not work: ${explained(error)} The usual settings are used.`);
        return new App(engine, copied(DEFAULTS));
    }
}

/** The state of the address, with moons where its table is missing, and what is wrong with it. */
function stateOfAddress() {
    const { state, complaints } = readAddress(location.hash);
    if (state.data !== 'own' || hasTable()) {
        return { state, problem: complaint(complaints) };
    }
    const needed = 'This address needs a table of its own: drop the CSV file on the page. The points shown are moons.';
    return { state: { ...state, data: DEFAULTS.data, loss: DEFAULTS.loss }, problem: complaint([needed, ...complaints]) };
}

/** Run, Step, Epoch, Reset. @param {App} app */
function startButtons(app) {
    app.on('running', () => showRunning(app));
    const run = byId('run', HTMLButtonElement);
    run.addEventListener('click', () => {
        if (!app.running && app.main.stopped) {
            app.reset();
        }
        app.setRunning(!app.running);
        showNotice('');
    });
    document.addEventListener('keydown', (event) => {
        if (event.altKey && event.key.toLowerCase() === 'r') {
            event.preventDefault();
            run.click();
        }
    });
    byId('step', HTMLElement).addEventListener('click', () => advance(app, 'step'));
    byId('epoch', HTMLElement).addEventListener('click', () => advance(app, 'epoch'));
    byId('reset', HTMLElement).addEventListener('click', () => {
        app.setRunning(false);
        app.reset();
        tell('Back to the first weights.');
    });
}

/** What the large button says. @param {App} app */
function showRunning(app) {
    byId('run-name', HTMLElement).textContent = app.running ? 'Pause' : 'Run';
    byId('run', HTMLElement).classList.toggle('running', app.running);
    if (!app.running) {
        app.refresh();
    }
}

/** The address follows the state, and the state follows the address. @param {App} app */
function startAddress(app) {
    let written = writeAddress(app.state);
    app.on('settings', () => {
        written = writeAddress(app.state);
        history.replaceState(null, '', `${location.pathname}${location.search}${written ? `#${written}` : ''}`);
    });
    addEventListener('hashchange', () => {
        if (location.hash.replace(/^#/, '') === written) {
            return;
        }
        const { state, problem } = stateOfAddress();
        app.setRunning(false);
        const good = app.change(state);
        if (good) {
            showProblem(problem);
        }
        opened(app);
    });
}

/** Other settings are open: the page is shown from the top, and the focus goes from the link that was pressed to Run. @param {App} app */
function opened(app) {
    scrollTo({ top: 0 });
    tell(PRESETS.find(({ name }) => name === app.state.preset)?.text ?? '');
    const focused = document.activeElement;
    if (!focused || focused === document.body || focused.closest('#presets, #lead')) {
        byId('run', HTMLElement).focus({ preventScroll: true });
    }
}

/** Links within the page whose address is there already, or which are no settings. @param {App} app */
function startLinks(app) {
    byId('skip', HTMLAnchorElement).addEventListener('click', (event) => {
        event.preventDefault();
        byId('controls', HTMLElement).focus();
    });
    byId('presets', HTMLElement).addEventListener('click', (event) => {
        if (event.target instanceof HTMLAnchorElement && event.target.hash === location.hash) {
            app.setRunning(false);
            app.reset();
            opened(app);
        }
    });
}
