import { parseArgs } from "node:util";
import { compare, freshSeed, report } from "./agreement.ts";

// npm run oracle -- --pairs 5000000 [--seed N]

const PROGRESS_EVERY_MS = 10_000;

const { values } = parseArgs({
  options: { pairs: { type: "string", default: "200000" }, seed: { type: "string" } },
});
const seed = values.seed === undefined ? freshSeed() : Number(values.seed);
const pairs = Number(values.pairs);
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(pairs)) {
  throw new Error("--pairs and --seed are whole numbers");
}

print(`seed ${seed}`);
const start = performance.now();
let told = start;
const {
  disagreement,
  coverage,
  pairs: done,
} = compare(seed, pairs, (count) => {
  const now = performance.now();
  if (now - told < PROGRESS_EVERY_MS) return;
  told = now;
  print(`${count} pairs`);
});
const rate = Math.round((done / (performance.now() - start)) * 1000);
print(`${done} pairs, ${rate} a second; how often what was met:`);
for (const [label, count] of coverage.counts()) print(`${String(count).padStart(9)}  ${label}`);
if (disagreement !== undefined) {
  print(report(seed, disagreement));
  process.exitCode = 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
