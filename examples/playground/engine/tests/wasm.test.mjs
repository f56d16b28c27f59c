// The engine as wasm gives the answers of the engine on a desktop, to the last digit: for every entry of settings.json and
// for every preset of the page. Run by ../../check, which sets ANSWERS (the program for the desktop) and SITE.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const site = process.env.SITE ?? '';
const answers = process.env.ANSWERS ?? '';
const { Engine, EngineError } = await import(pathToFileURL(join(site, 'engine.js')).href);
const wasm = Uint8Array.from(readFileSync(join(site, 'engine.wasm.gz'))).buffer;
const list = JSON.parse(readFileSync(new URL('settings.json', import.meta.url), 'utf8'));

/** The settings of the page's presets, and of the runs of their races, without what only the page has. */
async function presets() {
    const path = join(site, 'presets.js');
    if (!existsSync(path)) {
        return [];
    }
    const { PRESETS } = await import(pathToFileURL(path).href);
    const known = Object.keys((await Engine.fromBytes(wasm)).defaults());
    const settings = (changes) => Object.fromEntries(Object.entries(changes).filter(([name]) => known.includes(name)));
    return PRESETS.flatMap(({ changes }) => [{}, ...changes.race ?? []].map((run) => settings({ ...changes, ...run })));
}

function requests(settings) {
    const run = 0;
    return [
        { call: 'configure', run, settings },
        { call: 'step', run, steps: 57 },
        { call: 'epoch', run },
        { call: 'step', run, steps: 2 },
        ...['status', 'network', 'trace', 'dropped', 'domain', 'save'].map((call) => ({ call, run })),
        { call: 'metrics', run, part: 'test' },
        { call: 'metrics', run, part: 'train' },
        { call: 'six_steps', run, rows: 3 },
        { call: 'set_bias', run, layer: 0, unit: 0, value: 0.123 },
        { call: 'step', run, steps: 100 },
        { call: 'rust', run },
        { call: 'load', run },
        { call: 'step', run, steps: 20 },
        { call: 'status', run },
        { call: 'reset', run },
        { call: 'settings', run },
    ];
}

function onDesktop(asked) {
    const input = asked.map((request) => `${JSON.stringify(request)}\n`).join('');
    return execFileSync(answers, { input, maxBuffer: 1 << 28 }).toString().trimEnd().split('\n').map((line) => JSON.parse(line));
}

/** What wasm answers, an error included. */
function here(engine, request) {
    try {
        const ok = engine.call(request);
        return { ok };
    } catch (error) {
        assert.ok(error instanceof EngineError, String(error));
        return { error: { field: error.field, reason: error.reason } };
    }
}

test('wasm answers as the desktop does', async () => {
    const all = [...list, ...await presets()];
    for (const settings of all) {
        const engine = await Engine.fromBytes(wasm);
        const asked = requests(settings);
        const expected = onDesktop(asked);
        asked.forEach((request, index) => {
            const name = `${JSON.stringify(settings)}: ${JSON.stringify(request)}`;
            assert.deepEqual(here(engine, request), expected[index], name);
        });
        assert.ok(expected[0].ok, JSON.stringify(expected[0]));
    }
});

test('maps and points have the numbers of the network', async () => {
    const engine = await Engine.fromBytes(wasm);
    engine.configure(0, { data: 'circle', features: ['x2', 'x1'], layers: [{ units: 3, activation: 'tanh', dropout: 0.2 }], optimizer: 'sgd' });
    engine.step(0, 300);
    const [small, large] = [5, 8];
    const { count, small: maps, output } = engine.maps(0, small, large);
    assert.deepEqual([count, maps.length, output.length], [2 + 3 + 1, 6 * 25, 64]);
    const { low, high } = engine.domain(0);
    const { layers } = engine.network(0);
    const close = (a, b) => assert.ok(Math.abs(a - b) < 1e-5, `${a} ${b}`);
    for (let point = 0; point < 25; point += 1) {
        const at = (index) => low + (high - low) * (index + 0.5) / small;
        const row = [at(small - 1 - Math.floor(point / small)), at(point % small)];
        row.forEach((x, feature) => close(maps[feature * 25 + point], x));
        const hidden = layers[0].biases.map((bias, unit) => Math.tanh(bias + row[0] * layers[0].weights[0][unit] + row[1] * layers[0].weights[1][unit]));
        hidden.forEach((y, unit) => close(maps[(2 + unit) * 25 + point], y));
        const logit = hidden.reduce((sum, y, unit) => sum + y * layers[1].weights[unit][0], layers[1].biases[0]);
        close(maps[5 * 25 + point], 1 / (1 + Math.exp(-logit)));
    }
    const points = engine.points(0);
    const { train_rows: train, train_accuracy: accuracy } = engine.status(0);
    assert.equal(points.test.filter((test) => test === 0).length, train);
    const right = points.output.filter((y, row) => points.test[row] === 0 && (y >= 0.5) === (points.target[row] === 1)).length;
    close(right / train, accuracy);
    assert.deepEqual(engine.maps(0, 0, 0).count, 0);
    assert.throws(() => engine.maps(5, 5, 5), EngineError);
    assert.throws(() => engine.points(5), EngineError);
});

test('tables and files cross the border', async () => {
    const engine = await Engine.fromBytes(wasm);
    const rows = Array.from({ length: 40 }, (_, row) => `${row},${row * row},${row % 2 ? 'odd' : 'even ä'}`);
    assert.deepEqual(engine.ownRows(['a,b,c', ...rows].join('\n')).classes, ['even ä', 'odd']);
    engine.configure(1, { data: 'own' });
    engine.step(1, 30);
    const [file, hash] = [engine.save(1), engine.status(1).hash];
    engine.step(1, 30);
    assert.notEqual(engine.status(1).hash, hash);
    assert.equal(engine.loadFile(1, file).hash, hash);
    assert.throws(() => engine.ownRows('1,2,x\n1,two,x'), { name: 'EngineError', field: 'own', reason: /line 2, column 2: `two`/ });
    assert.throws(() => engine.loadFile(1, file.subarray(1)), { field: 'file' });
    assert.equal(engine.status(1).hash, hash);
    assert.equal(engine.configure(2, { data: 'own' }).train_rows, 28);
    engine.remove(2);
    assert.throws(() => engine.status(2), { field: 'run' });
});
