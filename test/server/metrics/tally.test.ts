import { describe, expect, test } from "vitest";
import {
  addTallies,
  DECISION_BOUNDS,
  MAX_SERIES,
  type Tally,
} from "../../../src/server/metrics/tally.ts";

const NONE: Tally = {
  decisions: [],
  shadows: [],
  unexpected: [],
  missing: [],
  streams: [],
  decisionSeconds: { counts: [...DECISION_BOUNDS.map(() => 0), 0], sum: 0 },
  activeStreams: 0,
  unlistedExposures: 0,
  refusedClients: 0,
  bugs: 0,
  busySeconds: 0,
  idleSeconds: 0,
};

/** Series with one label each, from one number to another. */
function named(from: number, to: number, count = 1): Tally["decisions"] {
  return Array.from({ length: to - from }, (_, at) => ({ labels: { g: `g${from + at}` }, count }));
}

describe("addTallies", () => {
  test("of nobody is nothing", () => {
    expect(addTallies([])).toEqual(NONE);
  });

  test("of one is the same", () => {
    const one = { ...NONE, decisions: named(0, 3), bugs: 2 };
    expect(addTallies([one])).toEqual(one);
  });

  test("everything adds up", () => {
    const of = (factor: number): Tally => ({
      decisions: named(0, 2, factor),
      shadows: named(2, 3, 2 * factor),
      unexpected: named(3, 4, 3 * factor),
      missing: named(4, 5, 4 * factor),
      streams: named(5, 6, 5 * factor),
      decisionSeconds: {
        counts: NONE.decisionSeconds.counts.map((_, at) => at * factor),
        sum: factor,
      },
      busySeconds: 9 * factor,
      idleSeconds: 10 * factor,
      activeStreams: 6 * factor,
      unlistedExposures: 7 * factor,
      refusedClients: 11 * factor,
      bugs: 8 * factor,
    });
    expect(addTallies([of(1), of(10), of(100)])).toEqual(of(111));
  });

  test("only what has all labels alike is one series", () => {
    const series = (labels: Record<string, string>) => ({ labels, count: 1 });
    const one = { ...NONE, decisions: [series({ a: "x", b: "y" }), series({ a: "x,y", b: "" })] };
    const two = { ...NONE, decisions: [series({ a: "x", b: "" }), series({ a: "x", b: "y" })] };
    expect(addTallies([one, two]).decisions).toEqual([
      { labels: { a: "x", b: "y" }, count: 2 },
      { labels: { a: "x,y", b: "" }, count: 1 },
      { labels: { a: "x", b: "" }, count: 1 },
    ]);
  });

  test.each([-2, -1])("series below the bound and at it have their names (%d)", (less) => {
    const count = MAX_SERIES + less;
    const all = [named(0, 500), named(400, count)].map((decisions) => ({ ...NONE, decisions }));
    const { decisions } = addTallies(all);
    expect(decisions).toHaveLength(count);
    expect(decisions.at(-1)).toEqual({ labels: { g: `g${count - 1}` }, count: 1 });
  });

  test("above it they count as other, beside what the parts had counted so", () => {
    const other = { labels: { g: "other" }, count: 40 };
    const all = [[...named(0, 999), other], named(900, 1100)];
    const { decisions } = addTallies(all.map((each) => ({ ...NONE, decisions: each })));
    expect(decisions).toHaveLength(MAX_SERIES);
    expect(decisions).toContainEqual({ labels: { g: "g950" }, count: 2 });
    expect(decisions.at(-1)).toEqual({ labels: { g: "other" }, count: 141 });
  });
});
