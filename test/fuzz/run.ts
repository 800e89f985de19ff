import { parseArgs } from "node:util";
import { freshSeed, fuzz, report } from "./fuzz.ts";
import type { AnyTarget } from "./target.ts";
import { TARGETS } from "./targets.ts";

// npm run fuzz -- [--cases N] [--seed S] [--target NAME] [--case I]

const PROGRESS_EVERY_MS = 10_000;

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "100000" },
    seed: { type: "string" },
    target: { type: "string" },
    case: { type: "string" },
  },
});
const seed = values.seed === undefined ? freshSeed() : Number(values.seed);
const first = Number(values.case ?? 0);
const cases = values.case === undefined ? Number(values.cases) : 1;
const chosen = TARGETS.filter(({ name }) => values.target === undefined || name === values.target);
if (![seed, first, cases].every(Number.isSafeInteger)) {
  throw new Error("--cases, --seed and --case are whole numbers");
}
if (chosen.length === 0) {
  throw new Error(`--target is one of ${TARGETS.map(({ name }) => name).join(", ")}`);
}

print(`seed ${seed}`);
const shares = chosen.reduce((sum, { share }) => sum + share, 0);
const start = performance.now();
const done = chosen.reduce((sum, target) => sum + runOne(target), 0);
const seconds = (performance.now() - start) / 1000;
print(`${done} cases in ${seconds.toFixed(0)} s, ${Math.round(done / seconds)} a second`);

function runOne(target: AnyTarget): number {
  let told = performance.now();
  const began = told;
  const wanted = Math.ceil((cases * target.share) / shares);
  const { name } = target;
  const outcome = fuzz(target, seed, wanted, first, (count) => {
    const now = performance.now();
    if (now - told < PROGRESS_EVERY_MS) return;
    told = now;
    print(`${name}: ${count} of ${wanted}`);
  });
  const { slowest, fault, endings } = outcome;
  const rate = Math.round((outcome.cases / (performance.now() - began)) * 1000);
  const worst = `the slowest ${slowest.took.toFixed(1)} ms of CPU (case ${slowest.index})`;
  print(`${name}: ${outcome.cases} cases, ${rate} a second, ${worst}`);
  for (const [ending, count] of [...endings].sort(([, a], [, b]) => b - a)) {
    print(`${String(count).padStart(9)}  ${ending}`);
  }
  if (fault !== undefined) {
    print(report(fault));
    process.exitCode = 1;
  }
  return outcome.cases;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
