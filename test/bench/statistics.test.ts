import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { largest, median, medianRatio, quantile, spread } from "../../bench/statistics.ts";

describe("median", () => {
  test.each([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[10, 9], 9.5],
    [[7], 7],
    [[], Number.NaN],
  ])("of %j is %d", (values, expected) => expect(median(values)).toBe(expected));

  test("as many values lie below as above", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values);
        const below = values.filter((value) => value < middle).length;
        const above = values.filter((value) => value > middle).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });
});

describe("quantile", () => {
  const hundred = Array.from({ length: 100 }, (_, at) => 100 - at);

  test.each([
    [0, 1],
    [0.5, 50],
    [0.99, 99],
    [0.995, 100],
    [1, 100],
  ])("the share %d of 1 to 100 is at most %d", (share, expected) =>
    expect(quantile(hundred, share)).toBe(expected),
  );

  test("of nothing is not a number", () => expect(quantile([], 0.5)).toBeNaN());
});

describe("largest", () => {
  test("takes more values than a call takes arguments", () =>
    expect(largest(Array.from({ length: 500_000 }, (_, at) => at))).toBe(499_999));

  test("of nothing is below everything", () => expect(largest([])).toBe(-Infinity));
});

test("spread is the distance of the outermost as a share of the median", () =>
  expect(spread([9, 10, 12])).toBeCloseTo(0.3));

describe("medianRatio", () => {
  test("pairs the rounds: what slows both sides of one leaves the ratio", () =>
    expect(medianRatio([10, 100, 10], [20, 200, 20])).toBe(0.5));

  test("leaves out a round that one side lacks", () =>
    expect(medianRatio([10, 30], [20])).toBe(0.5));
});
