import fc from "fast-check";
import { meaningOf } from "../oracle/model/meaning.ts";
import type { WrittenDocument } from "../oracle/model/written.ts";
import { addressOf } from "./address.ts";
import { type Attempted, attempt, type Task } from "./attempt.ts";
import { UNDONE } from "./browser/differences.ts";
import type { Setup } from "./gateway.ts";
import { documents } from "./generate/documents.ts";
import { scenarios } from "./generate/scenarios.ts";
import { PAGES, type Ports } from "./places.ts";
import { OF_ENVOY, predict } from "./predict.ts";
import type { Course, Scenario, Seen } from "./scenario.ts";
import type { World } from "./world.ts";

/** A scenario, what was meant to come of it, and what came. */
export type Judged = {
  readonly number: number;
  readonly scenario: Scenario;
  readonly meant: Course;
  readonly came: Course;
  /** A kept preflight may have run out in the meantime, so that nothing can be said. */
  readonly tooSlow: boolean;
  /** What of Chromium's own ways changes the course. */
  readonly differences: readonly string[];
};

/** What browsers keep a preflight for that names no time: Fetch, "CORS-preflight fetch". */
const SHORTEST_AGE_MS = 5_000;

export function documentOf(seed: number): (ports: Ports) => WrittenDocument {
  return (ports) => one(fc.sample(documents(ports), { seed, numRuns: 1 }));
}

/** Has the browser go through so many scenarios of this seed, all pages beside each other. */
export async function judgeAll(
  world: World,
  setup: Setup,
  seed: number,
  count: number,
): Promise<readonly Judged[]> {
  const { ports, document, scripts } = world;
  const meaning = meaningOf(document);
  const cases = fc.sample(scenarios(ports), { seed, numRuns: count }).map((scenario, number) => {
    const meant = predict(meaning, setup, ports, scenario, number);
    const differences = UNDONE.filter(
      ([, differs]) => !same(meant, predict(meaning, setup, ports, scenario, number, differs)),
    ).map(([name]) => name);
    return { number, scenario, meant, differences };
  });
  const attempts = new Map<number, Attempted>();
  await Promise.all(
    PAGES.map(async (page) => {
      const those = cases.filter(({ scenario }) => scenario.page === page);
      const tasks = those.map(({ scenario, number }) => taskOf(scenario, number, ports));
      const done = await scripts.get(page)?.evaluate(attempt, tasks);
      for (const [index, { number }] of those.entries()) {
        const attempted = done?.[index];
        if (attempted !== undefined) attempts.set(number, attempted);
      }
    }),
  );
  const logged = await world.exchanges((found) =>
    cases.every(({ number, meant }) => same(found.get(number) ?? [], meant.exchanges)),
  );
  return cases.map((each) => {
    const { seen = [], tookMs = 0 } = attempts.get(each.number) ?? {};
    const came: Course = {
      seen: seen.map(withoutEnvoys),
      exchanges: logged.get(each.number) ?? [],
      reached: world.reachedBy(each.number),
    };
    const tooSlow = each.scenario.asks.length > 1 && tookMs >= SHORTEST_AGE_MS;
    return { ...each, came, tooSlow };
  });
}

export function isAsMeant({ meant, came, tooSlow }: Judged): boolean {
  return tooSlow || same(meant, came);
}

/** All that one needs to see who is wrong. */
export function reportOf(judged: Judged, document: WrittenDocument): string {
  const groups = judged.scenario.hops.map(({ group }) => group);
  const policies = document.policies.filter(({ name }) =>
    groups.some((group) => name.startsWith(`p${group.slice(1)}-`)),
  );
  const { number, scenario, meant, came } = judged;
  const { page, hops, asks } = scenario;
  const parts = { number, page, hops, asks, policies, meant, came };
  // A line for each: short enough to read, long enough to see.
  return Object.entries(parts)
    .flatMap(([key, value]) =>
      (Array.isArray(value) ? value : [value]).map((each) => `${key}: ${JSON.stringify(each)}`),
    )
    .join("\n");
}

function taskOf({ hops, asks }: Scenario, number: number, ports: Ports): Task {
  const isSocket = asks.some(({ via }) => via === "websocket");
  const url = addressOf(hops, 0, number, ports, isSocket ? "socket" : undefined);
  return { url, asks };
}

function withoutEnvoys(seen: Seen): Seen {
  if (typeof seen === "string") return seen;
  return { ...seen, names: seen.names.filter((name) => !OF_ENVOY.includes(name)) };
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function one<T>([value]: readonly T[]): T {
  if (value === undefined) throw new Error("nothing was made");
  return value;
}
