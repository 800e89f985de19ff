import { describe, expect, test } from "vitest";
import { answerOf } from "../../bench/ask.ts";
import { type Cell, cellsOf, inRounds, type Series } from "../../bench/closed-loop.ts";
import { againstNoFilter, againstPeer } from "../../bench/comparison.ts";
import { checkMessages, type Sample } from "../../bench/measure.ts";
import { judgeReload } from "../../bench/scale.ts";
import { growthOf } from "../../bench/soak.ts";
import type { Stand } from "../../bench/stand.ts";
import { summarizeSeries } from "../../bench/summary.ts";
import type { Traffic } from "../../bench/traffic.ts";
import { Unexpected } from "../../bench/unexpected.ts";

function sample(over: Partial<Sample> = {}): Sample {
  const time = { user: 30, system: 10 };
  return {
    requests: 1000,
    requestsPerSecond: 500,
    p50: 1,
    p99: 2,
    max: 3,
    cpu: { server: time, envoy: time, service: time },
    memory: 100,
    errors: 0,
    complaints: [],
    ...over,
  };
}

function series(variant: string, traffic: Traffic, samples: readonly Sample[]): Series {
  return { variant, traffic, samples };
}

describe("a series", () => {
  test("comes to its medians, its worst memory and all its errors", () => {
    const rounds = [
      sample({ requestsPerSecond: 100, p99: 9, memory: 120 }),
      sample({ requestsPerSecond: 110, p99: 5, errors: 2, complaints: ["2 × status 503"] }),
      sample({
        requestsPerSecond: 120,
        p99: 6,
        max: 30,
        errors: 1,
        complaints: ["1 × status 404"],
      }),
    ];
    const summary = summarizeSeries(series("full", "actual", rounds));
    expect(summary).toMatchObject({
      requestsPerSecond: 110,
      p99: 6,
      max: 30,
      memory: 120,
      errors: 3,
      complaints: ["2 × status 503", "1 × status 404"],
      cpu: { server: { user: 30, system: 10 } },
    });
    expect(summary.spread).toBeCloseTo(20 / 110);
  });

  test("without a server has neither its CPU nor its memory", () => {
    const { cpu } = sample();
    const alone = sample({ cpu: { ...cpu, server: undefined }, memory: undefined });
    expect(summarizeSeries(series("lua", "actual", [alone]))).toMatchObject({
      cpu: { server: undefined },
      memory: undefined,
    });
  });
});

describe("comparisons", () => {
  const rate = (...values: readonly number[]): readonly Sample[] =>
    values.map((requestsPerSecond) => sample({ requestsPerSecond }));

  test("ratios are taken round by round", () => {
    const all = [
      series("skipping", "no-origin", rate(90, 900, 95)),
      series("no-filter", "no-origin", rate(100, 1000, 100)),
    ];
    expect(againstNoFilter(all)).toEqual([
      { what: "requests without Origin, skipping", unit: "/s", ours: 95, theirs: 100, ratio: 0.9 },
    ]);
  });

  test("what was not measured on both sides is not compared", () => {
    const all = [
      series("full", "preflight", [sample()]),
      series("full", "actual", [sample()]),
      series("go", "actual", [sample()]),
    ];
    expect(againstPeer(all, "go").map(({ what, ratio }) => [what, ratio])).toEqual([
      ["CPU, actual, both messages", 1],
      ["requests, actual", 1],
      ["p99 at full load, actual", 1],
    ]);
  });
});

describe("rounds", () => {
  const stand = (name: string): Stand => ({
    name,
    setup: "full",
    port: 0,
    adminPort: 0,
    unexpected: new Unexpected(),
    pids: { envoy: 0, service: 0, server: undefined },
  });
  const silent = { part: () => undefined, step: () => undefined, line: () => undefined };

  test("are interleaved, sort by sort, every second one backwards", async () => {
    const cells = cellsOf([
      { stand: stand("a"), traffic: ["actual", "preflight"] },
      { stand: stand("b"), traffic: ["actual"] },
    ]);
    const order: string[] = [];
    const once = async ({ stand: { name }, traffic }: Cell): Promise<Sample> => {
      order.push(`${name} ${traffic}`);
      return sample({ requests: order.length });
    };
    const found = await inRounds(cells, 2, silent, once);
    const round = ["a preflight", "a actual", "b actual"];
    expect(order).toEqual([...round, ...round.toReversed()]);
    expect(found.map(({ samples }) => samples.map(({ requests }) => requests))).toEqual([
      [1, 6],
      [2, 5],
      [3, 4],
    ]);
  });
});

describe("messages to the server", () => {
  test.each<[number, number | undefined, number]>([
    [2000, 2, 1000],
    [2128, 2, 1000],
    [1000, 1, 1000],
    [0, 0, 1000],
    [0, undefined, 1000],
  ])("%d, where %s are due for each of %d requests, are right", (sent, each, requests) =>
    expect(checkMessages(sent, each, requests)).toEqual([]),
  );

  test.each<[number, number | undefined, number, string]>([
    [1999, 2, 1000, "Envoy sent 2.00 messages for a request, not 2"],
    [2129, 2, 1000, "Envoy sent 2.13 messages for a request, not 2"],
    [2000, 0, 1000, "Envoy sent 2.00 messages for a request, not 0"],
    [500, undefined, 1000, "Envoy sent 0.50 messages for a request, not 0"],
  ])("%d, where %s are due for each of %d requests, are not", (sent, each, requests, text) =>
    expect(checkMessages(sent, each, requests)).toEqual([text]),
  );
});

test("unexpected answers are counted by what Envoy says of them, however its output is cut", () => {
  const unexpected = new Unexpected();
  for (const piece of [
    "[warning] x\nunexp",
    "ected 503 a\nunexpected 404 b\nunexpected 503",
    " a\n",
  ])
    unexpected.take(piece);
  expect([...unexpected.drain()]).toEqual([
    ["503 a", 2],
    ["404 b", 1],
  ]);
  expect([...unexpected.drain()]).toEqual([]);
});

test("of an answer the status, the headers of CORS and Vary are read", () => {
  const lines = ["Vary", "Origin, X", "vary", "a", "Access-Control-Allow-Origin", "x"];
  const twice = [
    "access-control-allow-origin",
    "y",
    "Content-Type",
    "z",
    "Timing-Allow-Origin",
    "*",
  ];
  expect(answerOf(200, [...lines, ...twice])).toEqual({
    status: 200,
    headers: { "access-control-allow-origin": "x AND y", "timing-allow-origin": "*" },
    vary: ["a", "origin", "x"],
  });
});

test("a reload is judged by the requests around it", () => {
  const shots = [
    { sent: 1000, milliseconds: 99, status: 200 },
    { sent: 9000, milliseconds: 7, status: 200 },
    { sent: 9940, milliseconds: 30, status: 200 },
    { sent: 9960, milliseconds: 60, status: 200 },
    { sent: 10_100, milliseconds: 50, status: 504 },
    { sent: 11_400, milliseconds: 80, status: 200 },
    { sent: 11_600, milliseconds: 500, status: 500 },
  ];
  expect(judgeReload(shots, { from: 10_000, inForce: 11_000 }, 10_000)).toEqual({
    seconds: 1,
    slowest: 80,
    requests: 3,
    delayed: 2,
    errors: 1,
    slowestBefore: 30,
  });
});

describe("growth", () => {
  test.each([
    ["none after growing up", [50, 80, 100, 102, 99, 100, 101, 101], 0],
    ["a leak", [100, 110, 120, 130, 140, 150, 160, 170], 40],
  ])("%s", (_, values, expected) => expect(growthOf(values)).toBe(expected));
});
