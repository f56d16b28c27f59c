// Own tables, and checkpoints in the format of the crate.

import { button, make } from './dom.js';
import { attempt, explained, showNotice, showProblem } from './message.js';
import { readTable } from './own_table.js';

/** @typedef {import('./app.js').App} App */

/** Larger files are no tables of 5000 rows. */
const MOST_BYTES = 4_000_000;
/** What a checkpoint begins with. */
const MAGIC = 'bareprop';

export class FilesPanel {
    /** @param {App} app */
    constructor(app) {
        this.app = app;
        this.table = chooser('own-file', '.csv,.tsv,.txt,text/csv,text/plain', (file) => this.readTable(file));
        this.checkpoint = chooser('load-file', '', (file) => this.load(file));
        this.element = make('div', { class: 'columns' },
            make('section', { class: 'drop', 'aria-labelledby': 'own-title' }, make('h3', { id: 'own-title' }, 'Your own points'),
                make('p', {}, 'Drop a CSV file anywhere on this page, or choose one. It stays in your browser. Commas, semicolons or tabs stand between its columns.'),
                button('Choose a CSV file', () => this.table.click(), { id: 'own-choose' }), this.table,
                make('p', { class: 'hint' }, 'The first two columns are the features, the last one is the target. Two different targets are two classes; more of them, all numbers, are a regression. 10 to 5000 rows; a first line with names is welcome.')),
            make('section', { 'aria-labelledby': 'save-title' }, make('h3', { id: 'save-title' }, 'Save and load'),
                make('p', {}, 'A checkpoint in the format of the crate: a program on a desktop or a chip loads it and trains on. To load one, choose it or drop it on this page.'),
                make('div', { class: 'actions' }, button('Save', () => this.save(), { id: 'save' }), button('Load', () => this.checkpoint.click(), { id: 'load' })), this.checkpoint,
                make('p', { class: 'hint' }, 'A file has to fit the settings of the page: features, layers and optimizer. Keep the address of the page with it.')));
        this.acceptDrops();
    }

    update() {
        // Nothing here depends on training.
    }

    /** Asks for a table: one was chosen before any was read. */
    ask() {
        this.app.change({ tab: 'files' });
        showProblem('There is no table yet: drop a CSV file on the page, or choose one under “Own data, save, load”.');
        this.element.querySelector('button')?.focus();
    }

    /** A file may be dropped anywhere on the page. */
    acceptDrops() {
        document.addEventListener('dragover', (event) => {
            event.preventDefault();
            document.body.classList.add('over');
        });
        document.addEventListener('dragleave', (event) => {
            if (event.relatedTarget === null) {
                document.body.classList.remove('over');
            }
        });
        document.addEventListener('drop', (event) => {
            event.preventDefault();
            document.body.classList.remove('over');
            const file = event.dataTransfer?.files[0];
            if (file) {
                void this.take(file);
            }
        });
    }

    /** A checkpoint is known by its first bytes; all else is a table. @param {File} file */
    async take(file) {
        const checkpoint = await file.slice(0, MAGIC.length).text() === MAGIC;
        await (checkpoint ? this.load(file) : this.readTable(file));
    }

    /** @param {File} file */
    async readTable(file) {
        if (file.size > MOST_BYTES) {
            showProblem(`${file.name} has ${file.size} bytes; a table of at most 5000 rows has less than 4 MB.`);
            return;
        }
        try {
            const read = readTable(this.app.engine, await file.text());
            if (this.app.change({ data: 'own', loss: 'auto' })) {
                const kind = read.problem === 'classes' ? `two classes, ${read.classes.join(' and ')}` : 'a regression';
                showNotice(`${file.name}: ${read.rows} rows with ${read.names[0]}, ${read.names[1]} and the target ${read.names[2]}: ${kind}.${read.ignored ? ` Columns left out: ${read.ignored}.` : ''} Press Run.`);
            }
        } catch (error) {
            showProblem(`${file.name}: ${explained(error)}`);
        }
    }

    /** Gives the checkpoint to the browser as a download. */
    save() {
        attempt(() => {
            const bytes = Uint8Array.from(this.app.engine.save(0));
            const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
            make('a', { href: url, download: `playground-${this.app.main.status.hash}.checkpoint` }).click();
            setTimeout(() => URL.revokeObjectURL(url), 10_000);
            showNotice(`Saved after step ${this.app.main.status.step}: hash ${this.app.main.status.hash}.`);
        });
    }

    /** @param {File} file */
    async load(file) {
        try {
            const bytes = new Uint8Array(await file.arrayBuffer());
            this.app.setRunning(false);
            showProblem('');
            const status = this.app.engine.loadFile(0, bytes);
            this.app.main.history.clear();
            this.app.main.stopped = '';
            this.app.refresh();
            showNotice(`Loaded ${file.name}: step ${status.step}, hash ${status.hash}.`);
        } catch (error) {
            showProblem(`${file.name}: ${explained(error)}. A file fits the features, layers and optimizer that it was saved with.`);
        }
    }
}

/**
 * A hidden file chooser, opened by a button.
 * @param {string} id
 * @param {string} accept
 * @param {(file: File) => Promise<void>} take
 */
function chooser(id, accept, take) {
    const input = make('input', { type: 'file', id, accept: accept || undefined, hidden: true, 'aria-label': 'File' });
    input.addEventListener('change', () => {
        const file = input.files?.[0];
        input.value = '';
        if (file) {
            void take(file);
        }
    });
    return input;
}
