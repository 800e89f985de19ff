import { describe, expect, test } from "vitest";
import { decide } from "../../../src/cors/decide.ts";
import type { Group } from "../../../src/cors/snapshot.ts";
import type { Decided } from "../../../src/extproc/exchange.ts";
import { Counters } from "../../../src/server/metrics/counters.ts";
import { DECISION_BOUNDS, MAX_SERIES } from "../../../src/server/metrics/tally.ts";
import { APP, governedBy, group, policy, request } from "../../cors/sample.ts";
import { received } from "../../extproc/received.ts";

const EVIL = "https://evil.example";

function decided(origin: string, one: Group = group([policy()]), applied = true): Decided {
  const decision = decide(governedBy(one), request({ origin }));
  return { kind: "decided", decision, origin, applied, received: received() };
}

const GRANTED = { group: "orders", policy: "web", kind: "actual", outcome: "granted", reason: "" };
const REFUSED = { ...GRANTED, policy: "", outcome: "refused", reason: "origin-not-allowed" };

describe("decisions", () => {
  test("are counted by what they say", () => {
    const counters = new Counters();
    for (const origin of [APP, EVIL, APP]) counters.decided(decided(origin), 0);
    expect(counters.counts()).toMatchObject({
      decisions: [
        { labels: GRANTED, count: 2 },
        { labels: REFUSED, count: 1 },
      ],
      shadows: [],
    });
  });

  test("without a group or a policy have empty labels", () => {
    const counters = new Counters();
    const one = decided(APP);
    const decision = { ...one.decision, group: undefined, policy: undefined };
    counters.decided({ ...one, decision }, 0);
    const labels = { ...GRANTED, group: "", policy: "" };
    expect(counters.counts().decisions).toEqual([{ labels, count: 1 }]);
  });

  test("of groups, policies and kinds that differ are series of their own", () => {
    const counters = new Counters();
    const { decision, ...rest } = decided(APP);
    const variants = [
      decision,
      { ...decision, group: "open" },
      { ...decision, policy: policy({ name: "next" }) },
      { ...decision, kind: "websocket" as const },
      { ...decision, outcome: "refused" as const },
      { ...decision, reason: "same-origin" as const },
    ];
    for (const variant of variants) counters.decided({ ...rest, decision: variant }, 0);
    expect(counters.counts().decisions.map(({ count }) => count)).toEqual(variants.map(() => 1));
  });
});

describe("shadow decisions", () => {
  const rehearsed = (over: Parameters<typeof policy>[0]) => group([policy()], [], [policy(over)]);

  test("say whether they differ from what was applied", () => {
    const counters = new Counters();
    const strict = rehearsed({ name: "next", access: { kind: "listed", origins: [] } });
    counters.decided(decided(APP, strict), 0);
    counters.decided(decided(APP, rehearsed({ name: "same" })), 0);
    expect(counters.counts()).toMatchObject({
      decisions: [{ labels: GRANTED, count: 2 }],
      shadows: [
        { labels: { ...REFUSED, differs: "true" }, count: 1 },
        { labels: { ...GRANTED, policy: "same", differs: "false" }, count: 1 },
      ],
    });
  });

  test("are also those that Envoy only observes", () => {
    const counters = new Counters();
    counters.decided(decided(APP, undefined, false), 0);
    counters.decided(decided(APP, group([]), false), 0);
    expect(counters.counts()).toMatchObject({
      decisions: [],
      shadows: [
        { labels: { ...GRANTED, differs: "true" }, count: 1 },
        { labels: { outcome: "passed", differs: "false" }, count: 1 },
      ],
    });
  });
});

describe("the number of series", () => {
  /** One decision for each of so many groups, then once more for the first and the last of them. */
  function counted(groups: number, rehearse: boolean) {
    const counters = new Counters();
    const one = group([policy()], [], rehearse ? [policy()] : []);
    const names = Array.from({ length: groups }, (_, at) => `g${at}`);
    for (const name of [...names, "g0", `g${groups - 1}`]) {
      counters.decided(decided(APP, { ...one, name }), 0);
    }
    const { decisions, shadows } = counters.counts();
    return rehearse ? shadows : decisions;
  }

  test.each([false, true])("below the bound and at it: all have their names (shadow: %j)", (of) => {
    for (const groups of [MAX_SERIES - 2, MAX_SERIES - 1]) {
      const series = counted(groups, of);
      expect(series).toHaveLength(groups);
      expect(series.at(-1)).toMatchObject({ labels: { group: `g${groups - 1}` }, count: 2 });
    }
  });

  test.each([false, true])("above it what is new counts as other (shadow: %j)", (of) => {
    const series = counted(MAX_SERIES + 5, of);
    expect(series).toHaveLength(MAX_SERIES);
    expect(series[0]).toMatchObject({ labels: { group: "g0" }, count: 2 });
    const { labels, count } = series.at(-1) ?? {};
    expect(new Set(Object.values(labels ?? {}))).toEqual(new Set(["other"]));
    expect(Object.keys(labels ?? {})).toEqual(Object.keys(series[0]?.labels ?? {}));
    expect(count).toBe(7);
  });
});

test("durations are counted by the first bound that they do not exceed", () => {
  const counters = new Counters();
  const event = decided(APP);
  for (const seconds of [0, 0.000_005, 0.000_006, 0.05, 0.051, 60])
    counters.decided(event, seconds);
  const { counts, sum } = counters.counts().decisionSeconds;
  expect(counts).toEqual([2, 1, ...DECISION_BOUNDS.slice(3).map(() => 0), 1, 2]);
  expect(sum).toBeCloseTo(60.101_011, 9);
});

test("counts are plain: they can be posted to another process", () => {
  const counters = new Counters();
  counters.decided(decided(APP, group([policy()], [], [policy()])), 0.001);
  counters.unexpected("too-long");
  counters.missing(":path");
  counters.streamOpened();
  counters.streamEnded("bug");
  const counts = counters.counts();
  expect(JSON.parse(JSON.stringify(counts))).toEqual(counts);
  expect(structuredClone(counts)).toEqual(counts);
});
