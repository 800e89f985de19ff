import type { Mutant } from "./mutate.ts";

/** How many mutants of a room the tests noticed. */
export type Score = {
  /** A test failed. */
  readonly killed: number;
  /** The tests did not come to an end; counts as noticed. */
  readonly timedOut: number;
  /** All tests passed. */
  readonly survived: number;
  /** No test runs the place. */
  readonly uncovered: number;
  /** Not run: made while a file is loaded, or marked in the source with a reason. */
  readonly ignored: number;
  /** Not run: the changed file is none. Expected to be 0. */
  readonly invalid: number;
  /** Noticed ones of those that were run or should have been, in per cent; 0 where there are none. */
  readonly percent: number;
};

/** The least {@link Score.percent} of a room. */
export const LEAST_PERCENT = 90;

export function scoreOf(mutants: readonly Pick<Mutant, "status">[]): Score {
  const count = (...statuses: readonly string[]): number =>
    mutants.filter(({ status }) => statuses.includes(status)).length;
  const killed = count("Killed");
  const timedOut = count("Timeout");
  const survived = count("Survived");
  const uncovered = count("NoCoverage");
  const noticed = killed + timedOut;
  const counted = noticed + survived + uncovered;
  return {
    killed,
    timedOut,
    survived,
    uncovered,
    ignored: count("Ignored"),
    invalid: count("CompileError", "RuntimeError", "Pending"),
    percent: counted === 0 ? 0 : (100 * noticed) / counted,
  };
}
