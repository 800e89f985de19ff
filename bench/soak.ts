import { setTimeout as wait } from "node:timers/promises";
import { readMemory } from "./process-usage.ts";
import type { Progress } from "./progress.ts";
import type { Stand } from "./stand.ts";
import { median } from "./statistics.ts";
import { requestOf, TRAFFIC } from "./traffic.ts";
import type { Wrk } from "./wrk.ts";

export type Soak = {
  readonly variant: string;
  readonly minutes: number;
  readonly requests: number;
  readonly errors: number;
  /** The median of each minute in MiB. */
  readonly memory: readonly number[];
  /** Of the last quarter over the second quarter, in MiB: the first quarter is growing up. */
  readonly growth: number;
};

/** Full speed with all sorts of traffic in turn, and the server's memory meanwhile. */
export async function soak(
  stand: Stand,
  minutes: number,
  wrk: Wrk,
  progress: Progress,
): Promise<Soak> {
  const { server } = stand.pids;
  if (server === undefined) throw new Error(`${stand.name} has no server to look at`);
  progress.part(`soak: ${stand.name}, ${minutes} min`, minutes);
  const requests = TRAFFIC.map((traffic) => requestOf(traffic));
  const seen: number[] = [];
  const memory: number[] = [];
  let answered = 0;
  let errors = 0;
  stand.unexpected.drain();
  for (let minute = 0; minute < minutes; minute += 1) {
    progress.step(`${memory.at(-1)?.toFixed(0) ?? "?"} MiB`);
    const first = seen.length;
    const timer = setInterval(() => {
      void readMemory(server).then((now) => now !== undefined && seen.push(now));
    }, 1000);
    try {
      const load = await wrk({ port: stand.port, requests, seconds: 60 });
      answered += load.requests;
      errors += load.errors;
    } finally {
      clearInterval(timer);
    }
    memory.push(median(seen.slice(first)));
  }
  await wait(200);
  for (const count of stand.unexpected.drain().values()) errors += count;
  return {
    variant: stand.name,
    minutes,
    requests: answered,
    errors,
    memory,
    growth: growthOf(seen),
  };
}

/** The median of the last quarter less that of the second. */
export function growthOf(values: readonly number[]): number {
  const quarter = values.length / 4;
  const last = values.slice(Math.floor(3 * quarter));
  return median(last) - median(values.slice(Math.floor(quarter), Math.floor(2 * quarter)));
}
