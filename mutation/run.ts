import { join } from "node:path";
import { parseArgs } from "node:util";
import { mutate } from "./mutate.ts";
import { tableOf, unnoticed } from "./report.ts";
import { ROOMS, SHORT } from "./rooms.ts";
import { LEAST_PERCENT, type Score, scoreOf } from "./score.ts";

// npm run mutation [-- ROOM… --concurrency N --incremental]: without a room all of them, one after the other. Prints
// what no test noticed and a table; exit code 1 where a room has too little.

const ROOT = join(import.meta.dirname, "..");
const KNOWN = [...ROOMS, SHORT];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    concurrency: { type: "string", default: "2" },
    incremental: { type: "boolean", default: false },
  },
});
const concurrency = Number(values.concurrency);
const unknown = positionals.filter((name) => !KNOWN.some((room) => room.name === name));
if (unknown.length > 0) {
  const names = KNOWN.map(({ name }) => name).join(", ");
  process.stderr.write(`no room ${unknown.join(", ")}; there are ${names}\n`);
  process.exitCode = 2;
} else if (!Number.isInteger(concurrency) || concurrency < 1) {
  process.stderr.write("--concurrency is a whole number above 0\n");
  process.exitCode = 2;
} else {
  const scores = new Map<string, Score>();
  for (const room of positionals.length === 0
    ? ROOMS
    : KNOWN.filter(({ name }) => positionals.includes(name))) {
    const kept = values.incremental ? `reports/mutation/${room.name}.json` : undefined;
    const began = performance.now();
    const mutants = await mutate(room, concurrency, kept);
    scores.set(room.name, scoreOf(mutants));
    const seconds = Math.round((performance.now() - began) / 1_000);
    process.stdout.write(`\n${room.name}, ${seconds} s\n`);
    for (const line of unnoticed(mutants, ROOT)) process.stdout.write(`${line}\n`);
  }
  process.stdout.write(`\n${tableOf(scores)}\n`);
  const low = [...scores].filter(([, { percent }]) => percent < LEAST_PERCENT);
  for (const [name] of low) process.stderr.write(`${name} has less than ${LEAST_PERCENT} %\n`);
  process.exitCode = low.length === 0 ? 0 : 1;
}
