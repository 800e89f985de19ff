import { Random } from "./random.ts";
import type { AnyTarget, Fault } from "./target.ts";

/** What came of many cases of one target. */
export type Outcome = {
  readonly cases: number;
  /** How many cases ended in which way. */
  readonly endings: ReadonlyMap<string, number>;
  /** The first one; the run ends with it. */
  readonly fault: Fault | undefined;
  /** CPU time of the slowest case, in milliseconds, and its number. */
  readonly slowest: { readonly took: number; readonly index: number };
};

/** Cases `first` to `first + cases - 1` of a seed, until one is a fault. */
export function fuzz(
  target: AnyTarget,
  seed: number,
  cases: number,
  first = 0,
  onProgress: (done: number) => void = () => {},
): Outcome {
  const endings = new Map<string, number>();
  let slowest = { took: 0, index: first };
  for (let index = first; index < first + cases; index += 1) {
    const { ending, failed, error, shown, took } = target.attempt(Random.ofCase(seed, index));
    if (failed) {
      const fault = { target: target.name, seed, index, shown: shown(), error };
      return { cases: index - first, endings, fault, slowest };
    }
    endings.set(ending, (endings.get(ending) ?? 0) + 1);
    if (took > slowest.took) slowest = { took, index };
    onProgress(index - first + 1);
  }
  return { cases, endings, fault: undefined, slowest };
}

/** Another one each time. */
export function freshSeed(): number {
  return Math.floor(Math.random() * 2 ** 30);
}

/** Longest text of a case that is printed; the command beside it makes the whole of it again. */
const MAX_SHOWN = 4000;

/** For people: what failed, and how to see it again. */
export function report({ target, seed, index, shown, error }: Fault): string {
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  return [
    `${target}: case ${index} of seed ${seed} is not as it has to be; to see it again:`,
    `npm run fuzz -- --target ${target} --seed ${seed} --case ${index}`,
    shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}… (${shown.length})` : shown,
    stack,
  ].join("\n");
}
