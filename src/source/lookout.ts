import { burst } from "./burst.ts";
import { type OpenWatch, openWatch, watchPaths } from "./watch.ts";

export type LookoutOptions = {
  /** Milliseconds between two looks where no event calls for one; 5000 if left out. */
  readonly pollInterval?: number;
  readonly openWatch?: OpenWatch;
};

/** What a look found: `unsettled` asks for another look soon, since a file may have been read half written. */
export type Sight = "settled" | "unsettled";

// A change is in force within a second of the last write: QUIET for the burst to end, SECOND_LOOK where the contents
// are bad at first, and the rest for reading. Writes without end are one look at least every second. A mount
// without events is noticed within 10 s.
const QUIET = 100;
const LONGEST_BURST = 500;
const SECOND_LOOK = 150;
const POLL_INTERVAL = 5_000;

/**
 * Calls `look` after each change of the paths and at intervals, never twice at once, until `signal` aborts. A look that
 * fails is told to `onFault`, which must not throw, and the next one comes all the same.
 */
export function keepLooking(
  paths: readonly string[],
  look: () => Promise<Sight>,
  onFault: (error: unknown) => void,
  signal: AbortSignal,
  options: LookoutOptions,
): void {
  if (signal.aborted) return;
  let secondLook: NodeJS.Timeout | undefined;
  const turn = oneAtATime(async () => {
    // In this order: what changes from here on sends an event, what changed before is seen by the look.
    await watcher.rearm();
    const sight = signal.aborted ? "settled" : await look();
    if (sight === "unsettled" && !signal.aborted) secondLook = setTimeout(turn, SECOND_LOOK);
  }, onFault);
  const hints = burst(turn, QUIET, LONGEST_BURST);
  const watcher = watchPaths(paths, hints.poke, options.openWatch ?? openWatch);
  const poll = setInterval(hints.poke, options.pollInterval ?? POLL_INTERVAL);
  const stop = (): void => {
    clearInterval(poll);
    clearTimeout(secondLook);
    hints.stop();
    watcher.close();
  };
  signal.addEventListener("abort", stop, { once: true });
  // Whatever changed since the paths were last read.
  turn();
}

/** Runs `work` when asked, or once more afterwards if it was asked while running, whether or not it failed. */
function oneAtATime(work: () => Promise<void>, onFault: (error: unknown) => void): () => void {
  let running = false;
  let asked = false;
  const run = async (): Promise<void> => {
    running = true;
    try {
      while (asked) {
        asked = false;
        // The one place that catches what goes wrong in a look: an unhandled rejection would end the server.
        await work().catch(onFault);
      }
    } finally {
      running = false;
    }
  };
  return () => {
    asked = true;
    if (!running) void run();
  };
}
