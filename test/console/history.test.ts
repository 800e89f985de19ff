import { describe, expect, test } from "vitest";
import { BAR, BARS, History } from "../../src/console/page/history.js";

const START = 1_000_000 * BAR;

/** The last bars of the counter `a`. */
function lastOf(history: History, at: number, count: number): readonly number[] {
  return history.bars("a", at).slice(-count);
}

/** What a counter was at some moments, in milliseconds from the start. */
function told(...moments: readonly (readonly [after: number, count: number])[]): History {
  const history = new History();
  for (const [after, count] of moments) history.add(START + after, new Map([["a", count]]));
  return history;
}

describe("the history of a counter", () => {
  test("begins with what comes after the first look", () => {
    expect(lastOf(told([0, 500]), START, 2)).toEqual([0, 0]);
    expect(lastOf(told([0, 500], [2000, 507]), START + 2000, 2)).toEqual([0, 7]);
  });

  test("has a bar for each five seconds", () => {
    const history = told([0, 0], [2000, 2], [4000, 5], [6000, 9]);
    // Of the last two seconds one was in the bar before.
    expect(lastOf(history, START + 6000, 2)).toEqual([7, 2]);
  });

  test("takes what was not looked at to have come evenly", () => {
    const history = told([0, 0], [4 * BAR, 40]);
    expect(lastOf(history, START + 4 * BAR, 5)).toEqual([10, 10, 10, 10, 0]);
  });

  test("is whole once it has been looked at for five minutes", () => {
    const history = told([0, 0], [1000, 8]);
    expect(history.isWhole(START + BARS * BAR - 1)).toBe(false);
    expect(history.isWhole(START + BARS * BAR)).toBe(true);
    expect(new History().isWhole(START)).toBe(false);
  });

  test("is of five minutes", () => {
    const history = told([0, 0], [1000, 8]);
    expect(history.bars("a", START)).toHaveLength(BARS);
    const later = START + (BARS - 1) * BAR;
    history.add(later, new Map([["a", 8]]));
    expect(history.bars("a", later)[0]).toBe(8);
    history.add(later + BAR, new Map([["a", 8]]));
    expect(Math.max(...history.bars("a", later + BAR))).toBe(0);
  });

  test("after an hour in which nobody looked spreads what it can show", () => {
    const history = told([0, 0], [3_600_000, 6000]);
    const bars = history.bars("a", START + 3_600_000);
    expect(bars.reduce((sum, bar) => sum + bar, 0)).toBeCloseTo(6000 * ((BARS - 1) / BARS), 0);
  });

  test("counts a name that is new from 0", () => {
    const history = told([0, 1]);
    history.add(START + 1000, new Map([["b", 3]]));
    expect(history.bars("b", START + 1000).at(-1)).toBe(3);
  });

  test("counts from 0 again where the server did", () => {
    const history = told([0, 100], [1000, 104]);
    history.add(START + 2000, new Map([["a", 2]]), true);
    expect(lastOf(history, START + 2000, 1)).toEqual([6]);
  });

  test("is nothing for a name that never was", () => {
    expect(new Set(new History().bars("x", START))).toEqual(new Set([0]));
  });

  test("of two looks in one moment has all in its bar", () => {
    expect(lastOf(told([0, 0], [0, 5]), START, 1)).toEqual([5]);
  });
});
