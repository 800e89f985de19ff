import { Agent } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { ask } from "./ask.ts";
import { Disturbances } from "./disturbances.ts";
import { judge } from "./judge.ts";
import { Ledger } from "./ledger.ts";
import { ProcessSamples } from "./process-samples.ts";
import type { Findings } from "./report.ts";
import { ADMITTED, SCENARIOS } from "./scenario.ts";
import { Stand } from "./stand.ts";

/** Clients at once, and how long each rests between two requests, in milliseconds. */
const CLIENTS = 6;
const REST = 10;

/** Milliseconds between two contents of the policy file. */
const RELOAD = 1_000;
/** Milliseconds between two looks at the process that is never killed. */
const LOOK = 1_000;
/** How long the last document may take to be answered by, in milliseconds. */
const PATIENCE = 10_000;
/** Envoy asks the two corsd in turn: so many answers in a row are of both. */
const IN_A_ROW = 20;

/** Milliseconds between two kills of one corsd, two restarts of Envoy, and two steps of the clock. */
export type Rhythm = { readonly kill: number; readonly restart: number; readonly step: number };

/** Prime, so that they coincide in ever other ways. */
const RHYTHM: Rhythm = { kill: 17_011, restart: 41_011, step: 7_001 };

export type SoakOptions = {
  readonly seconds: number;
  readonly rhythm?: Rhythm;
  /** Takes a line each ten seconds. */
  readonly progress?: (line: string) => void;
};

/**
 * Two corsd behind an Envoy, asked all the time, while the policy changes each second, one corsd is killed and started
 * again and again, Envoy is restarted, the service is slow or breaks, and the clock of the other corsd is put forward
 * and back. Everything that was started is stopped.
 */
export async function soak(options: SoakOptions): Promise<Findings> {
  const stand = await Stand.start();
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  try {
    return await disturb(stand, agent, options);
  } finally {
    agent.destroy();
    await stand.stop();
  }
}

async function disturb(
  stand: Stand,
  agent: Agent,
  { seconds, rhythm = RHYTHM, progress = () => undefined }: SoakOptions,
): Promise<Findings> {
  const { generations, service, clock, kept } = stand;
  const disturbances = new Disturbances();
  const ledger = new Ledger(generations, disturbances.touch);
  const samples = new ProcessSamples();
  const over = AbortSignal.timeout(seconds * 1_000);
  const inTurn = oneAfterTheOther();
  await Promise.all([
    ...Array.from({ length: CLIENTS }, () => askUntil(over, stand, agent, ledger)),
    every(RELOAD, over, () => generations.write()),
    every(LOOK, over, () => samples.take(kept.pid ?? 0)),
    every(10_000, over, async () => progress(lineOf(ledger))),
    every(rhythm.kill, over, () => inTurn(() => kill(stand, disturbances))),
    every(rhythm.restart, over, () =>
      inTurn(() => disturbances.during("restarts of Envoy", () => stand.restartEnvoy())),
    ),
    every(rhythm.step, over, async () => {
      // Nothing may be felt of it, so it excuses nothing.
      await clock?.step();
      if (clock !== undefined) disturbances.count("steps of the clock", 1);
    }),
  ]);
  return {
    seconds,
    ledger,
    disturbances: disturbances.counts,
    clockSteps: clock !== undefined,
    generations: generations.newest + 1,
    bad: generations.bad,
    samples,
    intruders: service.intruders(),
    ended: kept.hasEnded(),
    faults: faultsIn(stand.log),
    settledAfter: await settle(stand, agent),
  };
}

async function askUntil(
  over: AbortSignal,
  stand: Stand,
  agent: Agent,
  ledger: Ledger,
): Promise<void> {
  while (!over.aborted) {
    for (const scenario of SCENARIOS) {
      const sentAt = performance.now();
      const answer = await ask(stand.port, agent, scenario);
      const judged = typeof answer === "string" ? answer : judge(scenario, answer);
      ledger.enter(scenario.name, judged, sentAt, performance.now());
      await pause(REST);
    }
  }
}

function kill(stand: Stand, disturbances: Disturbances): Promise<void> {
  return disturbances.during("kills of corsd", async () => {
    disturbances.count("its starts given up for a bad document", await stand.killOne());
  });
}

/** Writes one more document; how long both corsd took to answer by it, in milliseconds. Undefined: too long. */
async function settle(stand: Stand, agent: Agent): Promise<number | undefined> {
  await stand.generations.writeGood();
  const expected = `x-generation-${stand.generations.newest}`;
  const from = performance.now();
  for (let inARow = 0; performance.now() - from < PATIENCE; ) {
    const answer = await ask(stand.port, agent, ADMITTED);
    const isNewest =
      typeof answer === "object" && answer.headers["access-control-expose-headers"] === expected;
    inARow = isNewest ? inARow + 1 : 0;
    if (inARow === IN_A_ROW) return performance.now() - from;
    await pause(REST);
  }
  return undefined;
}

/** Runs what it is given, each once the one before is done: two disturbances at once would show less of each. */
function oneAfterTheOther(): (work: () => Promise<void>) => Promise<void> {
  let last = Promise.resolve();
  return (work) => {
    last = last.then(work);
    return last;
  };
}

/** Does it again and again until the signal; the first time after one period. Rejects where the work does. */
async function every(period: number, over: AbortSignal, work: () => Promise<void>): Promise<void> {
  for (let next = performance.now() + period; ; next += period) {
    const wait = Math.max(0, next - performance.now());
    await pause(wait, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) return;
    await work();
  }
}

/** Log lines of errors that are not about a bad document: a bug was caught, or a stream was not understood. */
export function faultsIn(log: string): readonly string[] {
  return log
    .split("\n")
    .filter((line) => /"level":"(?:error|fatal)"/.test(line) && !/polic/.test(line));
}

function lineOf({ right, wrong, disturbed, unexplained }: Ledger): string {
  return `${right} right, ${wrong} wrong, ${disturbed} unanswered while disturbed, ${unexplained} else`;
}
