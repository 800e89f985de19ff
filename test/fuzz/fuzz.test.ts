import { describe, expect, test } from "vitest";
import { freshSeed, fuzz, type Outcome, report } from "./fuzz.ts";
import { TARGETS } from "./targets.ts";

// Cases of all targets, by their shares. With both seeds that is a minute of one core.
const FIXED_SEED = 20_261_121;
const CASES = 40_000;
/** Floods and expressions are slow: a few of them, whatever their share. */
const LEAST = 40;
const PATIENCE = 300_000;

const { FUZZ_SEED } = process.env;
const FRESH_SEED = FUZZ_SEED === undefined ? freshSeed() : Number(FUZZ_SEED);

const SHARES = TARGETS.reduce((sum, { share }) => sum + share, 0);

function faultIn({ fault }: Outcome): string | undefined {
  return fault && report(fault);
}

describe.each(TARGETS)("hostile input: $name", (target) => {
  const cases = Math.max(LEAST, Math.ceil((CASES * target.share) / SHARES));

  test("the same each time, with every ending", { timeout: PATIENCE }, () => {
    const outcome = fuzz(target, FIXED_SEED, cases);
    expect(faultIn(outcome)).toBeUndefined();
    expect([...outcome.endings.keys()]).toEqual(expect.arrayContaining([...target.endings]));
  });

  test(`others each time (seed ${FRESH_SEED})`, { timeout: PATIENCE }, () => {
    expect(faultIn(fuzz(target, FRESH_SEED, Math.ceil(cases / 3)))).toBeUndefined();
  });
});
