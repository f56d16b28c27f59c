// Writes the programs of all entries of settings.json as modules, and the hashes that the engine has for them:
//   node programs.mjs ANSWERS PROGRAMS HASHES

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const STEPS = 10;
/** QEMU would take minutes for more rows. */
const MOST_ROWS = 500;

const [answers = '', programs = '', hashes = ''] = process.argv.slice(2);
const list = JSON.parse(readFileSync(new URL('../engine/tests/settings.json', import.meta.url), 'utf8'));
const runs = list.map((one) => {
    const settings = { ...one, rows: Math.min(one.rows ?? 300, MOST_ROWS) };
    const requests = [{ call: 'configure', run: 0, settings }, { call: 'step', run: 0, steps: STEPS }, { call: 'status', run: 0 }, { call: 'rust', run: 0 }];
    const { stdout } = spawnSync(answers, { input: requests.map((request) => `${JSON.stringify(request)}\n`).join(''), encoding: 'utf8' });
    const [, , status, rust] = stdout.trim().split('\n').map((line) => JSON.parse(line));
    return { hash: status.ok.hash, rust: rust.ok };
});
const modules = runs.map(({ rust }, at) => `mod program_${at} {\n${rust.replace(/^\/\/!.*\n/gm, '').replace(/\nfn main\(\)[^]*?\n}\n/, '').replace('\nfn train()', '\npub fn train()')}}\n`);
const names = runs.map((_, at) => `program_${at}::train`).join(', ');
writeFileSync(programs, `${modules.join('\n')}\nconst TRAIN: [fn() -> Result<(u32, f32), Error>; ${runs.length}] = [${names}];\n`);
writeFileSync(hashes, runs.map(({ hash }, at) => `${at} ${hash}\n`).join(''));
