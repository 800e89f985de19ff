/** Turns many pokes into few runs. */
export type Burst = {
  readonly poke: () => void;
  /** Forgets a run that is due. */
  readonly stop: () => void;
};

/**
 * Runs `run` once `quiet` milliseconds have passed without a poke, but never later than `longest` milliseconds after
 * the first poke since the last run: writes without end must not keep a change from coming into force.
 */
export function burst(run: () => void, quiet: number, longest: number): Burst {
  let quietTimer: NodeJS.Timeout | undefined;
  let longestTimer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearTimeout(quietTimer);
    clearTimeout(longestTimer);
    quietTimer = undefined;
    longestTimer = undefined;
  };
  const due = (): void => {
    stop();
    run();
  };
  const poke = (): void => {
    clearTimeout(quietTimer);
    quietTimer = setTimeout(due, quiet);
    longestTimer ??= setTimeout(due, longest);
  };
  return { poke, stop };
}
