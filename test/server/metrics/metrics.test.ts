import { describe, expect, test } from "vitest";
import type { Reading } from "../../../src/server/metrics/metric-table.ts";
import { Metrics } from "../../../src/server/metrics/metrics.ts";
import { readProcessUsage } from "../../../src/server/metrics/process-usage.ts";
import { Reloads } from "../../../src/server/metrics/reloads.ts";
import { addTallies, DECISION_BOUNDS, type Tally } from "../../../src/server/metrics/tally.ts";

const VERDICT = { group: "orders", policy: "web", kind: "actual", outcome: "granted", reason: "" };

const TALLY: Tally = {
  decisions: [{ labels: VERDICT, count: 3 }],
  shadows: [{ labels: { ...VERDICT, differs: "true" }, count: 2 }],
  unexpected: [{ labels: { message: "empty" }, count: 4 }],
  missing: [{ labels: { attribute: ":path" }, count: 5 }],
  streams: [{ labels: { end: "peer" }, count: 6 }],
  decisionSeconds: { counts: DECISION_BOUNDS.map((_, at) => at).concat(9), sum: 1.5 },
  activeStreams: 7,
  unlistedExposures: 8,
  refusedClients: 12,
  bugs: 9,
  busySeconds: 10.5,
  idleSeconds: 11.5,
};

async function reading(over: Partial<Reading> = {}): Promise<Reading> {
  return {
    tally: TALLY,
    status: {
      revision: "r1",
      since: 1_700_000_000_500,
      isStale: true,
      attempt: "r2",
      problems: [],
    },
    names: [
      { name: "web", tags: ["x", "y"] },
      { name: "open", tags: [] },
    ],
    reloads: new Reloads().series(),
    usage: await readProcessUsage(),
    ...over,
  };
}

/** The lines of one metric, without its name's comments. */
async function linesOf(name: string, over: Partial<Reading> = {}): Promise<readonly string[]> {
  const text = await new Metrics(() => reading(over)).text();
  return text.split("\n").filter((line) => new RegExp(`^${name}[{ ]`).test(line));
}

describe("a metric says what was read", () => {
  const verdict = 'group="orders",policy="web",kind="actual",outcome="granted",reason=""';
  test.each([
    ["corsd_decisions_total", [`corsd_decisions_total{${verdict}} 3`]],
    ["corsd_shadow_decisions_total", [`corsd_shadow_decisions_total{${verdict},differs="true"} 2`]],
    ["corsd_streams_active", ["corsd_streams_active 7"]],
    [
      "corsd_streams_total",
      [
        'corsd_streams_total{end="answered"} 0',
        'corsd_streams_total{end="peer"} 6',
        'corsd_streams_total{end="failure"} 0',
        'corsd_streams_total{end="bug"} 0',
      ],
    ],
    ["corsd_unlisted_exposures_total", ["corsd_unlisted_exposures_total 8"]],
    ["corsd_refused_clients_total", ["corsd_refused_clients_total 12"]],
    ["corsd_bugs_total", ["corsd_bugs_total 9"]],
    ["corsd_policy_stale", ["corsd_policy_stale 1"]],
    [
      "corsd_policy_loaded_timestamp_seconds",
      ["corsd_policy_loaded_timestamp_seconds 1700000000.5"],
    ],
    [
      "corsd_policy_info",
      [
        'corsd_policy_info{revision="r1",policy="web",tag="x"} 1',
        'corsd_policy_info{revision="r1",policy="web",tag="y"} 1',
        'corsd_policy_info{revision="r1",policy="open",tag=""} 1',
      ],
    ],
    ["corsd_decision_seconds_sum", ["corsd_decision_seconds_sum 1.5"]],
    ["corsd_decision_seconds_count", ["corsd_decision_seconds_count 87"]],
  ])("%s", async (name, lines) => {
    expect(await linesOf(name)).toEqual(lines);
  });

  test("a closed set is complete", async () => {
    expect(await linesOf("corsd_unexpected_messages_total")).toHaveLength(9);
    expect(await linesOf("corsd_unexpected_messages_total")).toContain(
      'corsd_unexpected_messages_total{message="empty"} 4',
    );
    expect(await linesOf("corsd_missing_attribute_total")).toEqual([
      'corsd_missing_attribute_total{attribute=":method"} 0',
      'corsd_missing_attribute_total{attribute=":path"} 5',
      'corsd_missing_attribute_total{attribute="xds.route_name"} 0',
      'corsd_missing_attribute_total{attribute="request.protocol"} 0',
      'corsd_missing_attribute_total{attribute="x-corsd-mode"} 0',
    ]);
  });

  test("buckets hold all that is below their bound", async () => {
    const lines = await linesOf("corsd_decision_seconds_bucket");
    expect(lines.slice(0, 3)).toEqual([
      'corsd_decision_seconds_bucket{le="0.000005"} 0',
      'corsd_decision_seconds_bucket{le="0.00001"} 1',
      'corsd_decision_seconds_bucket{le="0.00002"} 3',
    ]);
    expect(lines.slice(-2)).toEqual([
      'corsd_decision_seconds_bucket{le="0.05"} 78',
      'corsd_decision_seconds_bucket{le="+Inf"} 87',
    ]);
  });

  test("reloads, each result from 0 on", async () => {
    const reloads = new Reloads();
    for (const result of ["replaced", "rejected", "replaced"] as const) reloads.add({ result });
    expect(await linesOf("corsd_policy_reloads_total", { reloads: reloads.series() })).toEqual([
      'corsd_policy_reloads_total{result="replaced"} 2',
      'corsd_policy_reloads_total{result="rejected"} 1',
      'corsd_policy_reloads_total{result="unchanged"} 0',
    ]);
  });

  test("names of policies and tags are bounded", async () => {
    const names = Array.from({ length: 1200 }, (_, at) => ({ name: `p${at}`, tags: [] }));
    const lines = await linesOf("corsd_policy_info", { names });
    expect(lines).toHaveLength(1000);
    expect(lines.at(-1)).toBe('corsd_policy_info{revision="other",policy="other",tag="other"} 201');
  });

  test("a tag cannot break out of its label", async () => {
    const names = [{ name: "web", tags: ['a"b\\c\nd'] }];
    expect(await linesOf("corsd_policy_info", { names })).toEqual([
      'corsd_policy_info{revision="r1",policy="web",tag="a\\"b\\\\c\\nd"} 1',
    ]);
  });
});

test("each scrape shows the present, and what is gone is gone", async () => {
  const readings = [
    await reading(),
    await reading({ tally: addTallies([]), names: [{ name: "next", tags: [] }] }),
  ];
  const metrics = new Metrics(async () => readings.shift() ?? reading());
  const texts = [await metrics.text(), await metrics.text()];
  expect(texts.map((text) => text.includes("corsd_decisions_total{"))).toEqual([true, false]);
  expect(texts.map((text) => text.includes('policy="next"'))).toEqual([false, true]);
  expect(texts.map((text) => text.includes("corsd_streams_active 0"))).toEqual([false, true]);
});

test("scrapes at the same time are whole, each", async () => {
  const metrics = new Metrics(() => reading());
  const [one, two] = await Promise.all([metrics.text(), metrics.text()]);
  for (const text of [one, two]) expect(text).toContain("corsd_streams_active 7");
  expect(one?.split("\n").length).toBe(two?.split("\n").length);
});

test("a reading that fails is a scrape that fails", async () => {
  const metrics = new Metrics(() => Promise.reject(new Error("a worker is gone")));
  await expect(metrics.text()).rejects.toThrow("a worker is gone");
});

test("what the process uses", async () => {
  const usage = await readProcessUsage();
  expect(Object.values(usage).every((value) => Number.isFinite(value) && value > 0)).toBe(true);
  expect(usage.startedAt).toBeLessThanOrEqual(Date.now() / 1000);
  expect(usage.heapUsedBytes).toBeLessThan(usage.residentBytes);
});
