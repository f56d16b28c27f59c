// Runs a program in wasm and prints what it writes: node scripts/wasm.mjs file.wasm
import { readFileSync } from "node:fs";

const decoder = new TextDecoder();
const write = (text, length) =>
  process.stdout.write(decoder.decode(new Uint8Array(instance.exports.memory.buffer, text, length)));
const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]), { env: { write } });
process.exitCode = instance.exports.run() ? 0 : 1;
