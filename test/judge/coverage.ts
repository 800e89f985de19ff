import { PRESET_NAMES, type WrittenDocument } from "../oracle/model/written.ts";
import type { Judged } from "./judging.ts";
import { HOSTS, PAGES } from "./places.ts";
import { type Asking, BEHIND } from "./scenario.ts";

type Consequence = readonly [label: string, isMet: (judged: Judged) => boolean];

const CONSEQUENCES: readonly Consequence[] = [
  ["readable", isReadable],
  ["unreadable", (judged) => !isReadable(judged)],
  ["service reached", ({ meant }) => meant.reached.length > 0],
  ["service not reached", ({ meant }) => meant.reached.length === 0],
  ["preflight", (judged) => preflightsOf(judged) > 0],
  ["no preflight", (judged) => preflightsOf(judged) === 0],
  ["preflight kept", (judged) => isRepeated(judged) && preflightsOf(judged) === 1],
  ["preflight not kept", (judged) => isRepeated(judged) && preflightsOf(judged) === 2],
  ["cookie", ({ meant }) => meant.reached.some((line) => line.includes(" cookie"))],
  ["authorization", ({ meant }) => meant.reached.some((line) => line.includes(" authorization"))],
  ["null origin", ({ meant }) => meant.exchanges.some((line) => line.includes(" from null:"))],
  ["timing visible", (judged) => timingOf(judged) === true],
  ["timing hidden", (judged) => timingOf(judged) === false],
  ["header exposed", (judged) => exposedOf(judged) === true],
  ["header not exposed", (judged) => exposedOf(judged) === false],
];

/** Everything that has to come up; what ends in `ipv6` where the machine has that. */
export const LABELS: readonly string[] = [
  ...named("page", PAGES),
  ...named("host", HOSTS),
  ...named("behind", BEHIND),
  ...named("preset", PRESET_NAMES),
  ...named("hops", ["1", "2", "3"]),
  ...named("via", ["fetch", "xhr", "events", "script", "img", "websocket"]),
  ...named("credentials", ["omit", "same-origin", "include"]),
  ...named("mode", ["cors", "no-cors", "same-origin"]),
  ...named("redirect", ["follow", "error", "manual"]),
  ...named("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "patch", "put", "X-Y"]),
  ...named("status", ["200", "201", "204", "301", "302", "303", "307", "308", "404", "500"]),
  "a group",
  "no group",
  ...CONSEQUENCES.map(([label]) => label),
];

function named(kind: string, values: readonly string[]): readonly string[] {
  return values.map((value) => `${kind} ${value}`);
}

/** How often what came up among judged scenarios: a suite that never meets a thing proves nothing about it. */
export function coverageOf(
  judged: readonly Judged[],
  document: WrittenDocument,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const each of judged) {
    for (const label of new Set(labelsOf(each, document))) {
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
  }
  return counts;
}

function labelsOf(judged: Judged, document: WrittenDocument): readonly string[] {
  const { scenario, tooSlow, differences } = judged;
  const { page, hops, asks } = scenario;
  const hopLabels = hops.flatMap(({ host, behind, group, reply }) => [
    `host ${host}`,
    `behind ${behind}`,
    group === "open" ? "no group" : "a group",
    `status ${reply.status}`,
  ]);
  const seen = CONSEQUENCES.filter(([, isMet]) => isMet(judged)).map(([label]) => label);
  return [
    tooSlow ? "too slow to judge" : "judged",
    `page ${page}`,
    `hops ${hops.length}`,
    ...hopLabels,
    ...presetsOf(hops[0]?.group, document),
    ...asks.map(({ via }) => `via ${via}`),
    ...asks.flatMap(fetchLabels),
    ...seen,
    ...differences.map((name) => `differs ${name}`),
  ];
}

function fetchLabels(ask: Asking): readonly string[] {
  if (ask.via !== "fetch") return [];
  const { credentials, mode, redirect, method } = ask;
  return [`credentials ${credentials}`, `mode ${mode}`, `redirect ${redirect}`, `method ${method}`];
}

function isReadable({ meant }: Judged): boolean {
  const [first] = meant.seen;
  return first === "loaded" || (typeof first === "object" && READABLE.includes(first.type));
}

const READABLE: readonly string[] = ["basic", "cors", "xhr"];

function preflightsOf({ meant }: Pick<Judged, "meant">): number {
  return meant.exchanges.filter((line) => line.startsWith("OPTIONS")).length;
}

/** Two requests that are alike, both of which are sent. */
function isRepeated({ scenario, meant }: Judged): boolean {
  const [first, second] = scenario.asks;
  return first === second && meant.exchanges.length - preflightsOf({ meant }) === 2;
}

function timingOf({ meant }: Judged): boolean | null {
  const [first] = meant.seen;
  return typeof first === "object" ? first.timing : null;
}

/** Of an answer across origins that has something to expose. */
function exposedOf({ scenario, meant }: Judged): boolean | null {
  const [first] = meant.seen;
  const sent = scenario.hops.at(-1)?.reply.headers ?? [];
  if (typeof first !== "object" || first.type !== "cors") return null;
  if (!sent.some(([name]) => EXPOSABLE.includes(name))) return null;
  return first.names.some((name) => EXPOSABLE.includes(name));
}

const EXPOSABLE: readonly string[] = ["x-total-count", "x-page", "etag", "vary"];

function presetsOf(group: string | undefined, document: WrittenDocument): readonly string[] {
  const { policies = [] } = document.apiGroups?.find(({ name }) => name === group) ?? {};
  return document.policies
    .filter(({ name }) => policies.includes(name))
    .map(({ preset = "strict" }) => `preset ${preset}`);
}
