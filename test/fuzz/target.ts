import type { Random } from "./random.ts";

/** What of the product is fed with what nobody should send. */
export type Target<Case> = {
  readonly name: string;
  /** Its part of a run, in cases of a thousand: what is slow has less. */
  readonly share: number;
  readonly draw: (random: Random) => Case;
  /** What became of the case, in a word or two. Throws where something is not as it always has to be. */
  readonly run: (one: Case) => string;
  /** Most CPU time that the case may take, in milliseconds. */
  readonly budget: (one: Case) => number;
  /** Endings that a few thousand cases have to see: without them the target would prove little. */
  readonly endings: readonly string[];
  /** For people, and for those who write a test of it. */
  readonly show: (one: Case) => string;
};

/** A case that was not as it has to be. */
export type Fault = {
  readonly target: string;
  readonly seed: number;
  readonly index: number;
  readonly shown: string;
  readonly error: unknown;
};

/** A target of which nobody needs to know any more what its cases are. */
export type AnyTarget = Pick<Target<never>, "name" | "share" | "endings"> & {
  readonly attempt: (random: Random) => Attempt;
};

type Attempt = {
  /** What became of it, or why it is a fault. */
  readonly ending: string;
  readonly failed: boolean;
  readonly error: unknown;
  readonly shown: () => string;
  /** CPU time, in milliseconds. */
  readonly took: number;
};

/** How often a case that took too long is tried: garbage of earlier ones may have been collected meanwhile. */
const TRIALS = 3;

export function defineTarget<Case>(target: Target<Case>): AnyTarget {
  const { name, share, endings, draw, run, budget, show } = target;
  const attempt = (random: Random): Attempt => {
    const one = draw(random);
    const shown = (): string => show(one);
    const most = budget(one);
    let took = Number.POSITIVE_INFINITY;
    let ending = "";
    try {
      for (let trial = 0; trial < TRIALS && took > most; trial += 1) {
        const start = cpuTime();
        ending = run(one);
        took = Math.min(took, cpuTime() - start);
      }
      if (took > most)
        throw new Error(`took ${took.toFixed(1)} ms of CPU, and ${most} is the most`);
      return { ending, failed: false, error: undefined, shown, took };
    } catch (error) {
      return { ending, failed: true, error, shown, took };
    }
  };
  return { name, share, endings, attempt };
}

/** Of this thread, in milliseconds: what others do on the machine does not count. */
export function cpuTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
