// How long a training step takes in wasm, in microseconds: the least of 30 runs of 1000 steps. `check` compares it with the desktop.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [module, wasm, settings] = process.argv.slice(2);
const { Engine } = await import(pathToFileURL(module).href);
const engine = await Engine.fromBytes(Uint8Array.from(readFileSync(wasm)).buffer);
engine.configure(0, JSON.parse(settings));
engine.step(0, 2000);
let best = Infinity;
for (let run = 0; run < 30; run += 1) {
    const start = performance.now();
    engine.step(0, 1000);
    best = Math.min(best, performance.now() - start);
}
console.log(best.toFixed(3));
