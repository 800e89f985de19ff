import { describe, expect, test } from "vitest";
import { type Comparison, compare, freshSeed, report } from "./agreement.ts";

// 225,000 pairs take about a minute of one core.
const FIXED_SEED = 20_240_607;
const FIXED_PAIRS = 200_000;
const FRESH_PAIRS = 25_000;
/** What the fixed run has to meet at least so many times. */
const LEAST = 50;
const PATIENCE = 600_000;

function disagreementIn({ disagreement }: Comparison, seed: number): string | undefined {
  return disagreement === undefined ? undefined : report(seed, disagreement);
}

describe("model and product agree", () => {
  test(
    "on the same pairs each time, of which none of what they are about is rare",
    () => {
      const comparison = compare(FIXED_SEED, FIXED_PAIRS);
      expect(disagreementIn(comparison, FIXED_SEED)).toBeUndefined();
      expect(comparison.pairs).toBeGreaterThanOrEqual(FIXED_PAIRS);
      const rare = comparison.coverage.counts().filter(([, count]) => count < LEAST);
      expect(rare).toEqual([]);
    },
    PATIENCE,
  );

  test(
    "on other pairs each time",
    () => {
      const { ORACLE_SEED } = process.env;
      const seed = ORACLE_SEED === undefined ? freshSeed() : Number(ORACLE_SEED);
      const comparison = compare(seed, FRESH_PAIRS);
      expect(disagreementIn(comparison, seed)).toBeUndefined();
    },
    PATIENCE,
  );
});
