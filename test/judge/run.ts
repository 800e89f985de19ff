import { parseArgs } from "node:util";
import { findChromium, launchChromium } from "../e2e/browser.ts";
import { coverageOf } from "./coverage.ts";
import { SETUPS } from "./gateway.ts";
import { documentOf, isAsMeant, judgeAll, reportOf } from "./judging.ts";
import { startSite } from "./pages.ts";
import { startWorld } from "./world.ts";

// npm run judge -- --scenarios 5000 [--seed N]

const MAX_SEED = 2 ** 31;
/** Of one document: then another one is made. */
const BATCH = 500;

const { values } = parseArgs({
  options: { scenarios: { type: "string", default: "1000" }, seed: { type: "string" } },
});
const seed = values.seed === undefined ? Math.floor(Math.random() * MAX_SEED) : Number(values.seed);
const count = Number(values.scenarios);
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(count)) {
  throw new Error("--scenarios and --seed are whole numbers");
}

const chromium = await findChromium();
if (chromium === undefined) process.exitCode = 1;
else await judge(chromium);

async function judge(executable: string): Promise<void> {
  print(`seed ${seed}`);
  const site = await startSite();
  const browser = await launchChromium(executable);
  const totals = new Map<string, number>();
  try {
    for (let done = 0; done < count; done += BATCH) {
      const setup = SETUPS[(done / BATCH) % SETUPS.length] ?? "full";
      const size = Math.min(BATCH, count - done);
      await judgeBatch({ browser, site, setup, seed: seed + done, size }, totals);
    }
  } finally {
    await browser.close();
    site.stop();
  }
  for (const [label, times] of [...totals].sort()) print(`${String(times).padStart(9)}  ${label}`);
}

async function judgeBatch(
  batch: Omit<Parameters<typeof startWorld>[0], "documentFor"> & { seed: number; size: number },
  totals: Map<string, number>,
): Promise<void> {
  const world = await startWorld({ ...batch, documentFor: documentOf(batch.seed) });
  try {
    const start = performance.now();
    const judged = await judgeAll(world, batch.setup, batch.seed, batch.size);
    const wrong = judged.filter((each) => !isAsMeant(each));
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    print(
      `${batch.setup}, seed ${batch.seed}: ${judged.length} scenarios, ${wrong.length} not as meant, ${seconds} s`,
    );
    for (const each of wrong.slice(0, 20)) print(`\n${reportOf(each, world.document)}`);
    if (wrong.length > 0) process.exitCode = 1;
    for (const [label, times] of coverageOf(judged, world.document)) {
      totals.set(label, (totals.get(label) ?? 0) + times);
    }
  } finally {
    await world.stop();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
