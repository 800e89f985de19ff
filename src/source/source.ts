import type { Snapshot } from "../cors/snapshot.ts";
import { diffDocuments, renderDiff } from "../policy/diff/diff.ts";
import { examine, readContents } from "./examine.ts";
import { keepLooking, type LookoutOptions, type Sight } from "./lookout.ts";
import { type LoadReport, PolicyStore } from "./store.ts";

/** The policy files of a running server: what they say now, and what they came to say. */
export type Source = {
  /** What came of reading them at start. */
  readonly first: LoadReport;
  /** The snapshot in force. Throws where none was ever loaded. */
  readonly current: () => Snapshot;
  /** Reads them at once and says what came of it, `unchanged` included. */
  readonly reload: () => Promise<LoadReport>;
  /**
   * Watches until `signal` aborts. A report is made for contents that are new: never twice for the same, and
   * `unchanged` only where files that were rejected went back to what is in force.
   */
  readonly start: (onReport: (report: LoadReport) => void, signal: AbortSignal) => void;
};

/** Reads the policy files, each path a file or a folder. Does not throw for what the files are like: see `first`. */
export async function openSource(
  paths: readonly string[],
  options: LookoutOptions = {},
): Promise<Source> {
  const store = new PolicyStore((before, after) => renderDiff(diffDocuments(before, after)));
  const load = async (): Promise<LoadReport> => store.offer(examine(await readContents(paths)));
  const first = await load();
  const inTurn = turns();
  return {
    first,
    current: () => store.current(),
    reload: () => inTurn(load),
    start: (onReport, signal) => {
      const look = looks(paths, store, onReport, signal);
      keepLooking(paths, () => inTurn(look), signal, options);
    },
  };
}

/** A look at the files that reports what is new. Bad contents are believed at the second look only. */
function looks(
  paths: readonly string[],
  store: PolicyStore,
  onReport: (report: LoadReport) => void,
  signal: AbortSignal,
): () => Promise<Sight> {
  let suspect = false;
  return async () => {
    const contents = await readContents(paths);
    const found = signal.aborted || store.isKnown(contents.digest) ? undefined : examine(contents);
    // A file that is being written, or not there in the middle of a swap, is no news yet.
    suspect = found !== undefined && found.loaded === undefined && !suspect;
    if (suspect) return "unsettled";
    if (found !== undefined) onReport(store.offer(found));
    return "settled";
  };
}

/** Runs one piece of work after the other, in the order asked. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
