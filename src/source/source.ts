import type { Snapshot } from "../cors/snapshot.ts";
import type { Steps } from "../cors/steps.ts";
import type { Problem } from "../policy/problem.ts";
import { type Comparison, compare } from "./compare.ts";
import { type Contents, readContents, revisionOf, unexamined } from "./examine.ts";
import { type Judge, judgeHere } from "./judge.ts";
import { keepLooking, type LookoutOptions, type Sight } from "./lookout.ts";
import type { PackedDocument } from "./packed-document.ts";
import { unpackSteps } from "./parcel.ts";
import { type PostedDocument, postDocument } from "./posted-document.ts";
import { SizedJudge, sizeOf } from "./sized-judge.ts";
import { type RunningDocument, runningSteps, snapshotSteps } from "./snapshot-steps.ts";
import { inSlices } from "./steps.ts";
import { type Offer, type Outcome, PolicyStore } from "./store.ts";
import { WorkerJudge } from "./worker-judge.ts";

/** What became of reading the policy files. */
export type LoadReport = {
  readonly result: Outcome;
  readonly problems: readonly Problem[];
  /** Of the files as read, which is not the one in force after `rejected`; undefined where not all could be read. */
  readonly revision: string | undefined;
  /** What behaves differently from the document that was in force before, in lines for people. */
  readonly changes: readonly string[];
  /** Why `changes` could not be told though the document is in force. */
  readonly uncompared: string | undefined;
};

/** The policy files of a running server: what they say now, and what they came to say. */
export type Source = {
  /** What came of reading them at start. */
  readonly first: LoadReport;
  /** The snapshot in force. Throws where none was ever loaded. */
  readonly current: () => Snapshot;
  /** What is known of the document in force and of the last reading. Throws where none was ever loaded. */
  readonly status: () => SourceStatus;
  /** The document in force, unpacked in slices. Throws where none was ever loaded. */
  readonly document: () => Promise<RunningDocument>;
  /** The document in force, for another process. Throws where none was ever loaded. */
  readonly posted: () => PostedDocument;
  /** Its policies by name and tags alone: that takes a fraction of the time. */
  readonly names: () => Promise<readonly NamedPolicy[]>;
  /** What this document would change if the files said it; one at a time. Throws where none was ever loaded. */
  readonly compare: (document: Uint8Array) => Promise<Comparison>;
  /** Reads them at once and says what came of it, `unchanged` included. */
  readonly reload: () => Promise<LoadReport>;
  /**
   * Watches until `signal` aborts. A report is made for contents that are new: never twice for the same, and
   * `unchanged` only where files that were rejected went back to what is in force. Whatever goes wrong, a report that
   * cannot be taken included, is a fault, and watching goes on; `onFault` must not throw.
   */
  readonly start: (
    onReport: (report: LoadReport) => void | Promise<void>,
    signal: AbortSignal,
    onFault: (error: unknown) => void,
  ) => void;
};

export type SourceStatus = {
  readonly revision: string;
  /** When it came into force, in milliseconds since 1970. */
  readonly since: number;
  /** The files have errors; what is in force is what they said before. */
  readonly isStale: boolean;
  /** Names what was last read: `revision`, unless `isStale`. */
  readonly attempt: string;
  /** Of the last reading, whatever came of it. */
  readonly problems: readonly Problem[];
};

export type NamedPolicy = { readonly name: string; readonly tags: readonly string[] };

export type SourceOptions = LookoutOptions & {
  readonly judge?: Judge;
  /** Judges what is only compared: never the same as `judge`, whose task it would end. */
  readonly comparer?: Judge;
};

/** Reads the policy files, each path a file or a folder. Does not throw for what the files are like: see `first`. */
export async function openSource(
  paths: readonly string[],
  options: SourceOptions = {},
): Promise<Source> {
  const store = new PolicyStore();
  const judge = options.judge ?? new SizedJudge(new WorkerJudge());
  const comparer = options.comparer ?? new WorkerJudge();
  const first = await settle(await weighFirst(await readContents(paths), store, judge), store);
  // Nothing changes soon after a start, as a rule.
  judge.rest();
  const inTurn = turns();
  const load = async (): Promise<LoadReport> =>
    settle(await weigh(await readContents(paths), store, judge), store);
  return {
    first,
    current: () => store.current(),
    status: () => statusOf(store),
    document: () => inSlices(runningSteps(packedOf(store))),
    posted: () => postDocument(packedOf(store)),
    names: () => inSlices(nameSteps(packedOf(store))),
    compare: (document) => compare(document, packedOf(store), comparer),
    reload: () => inTurn(load),
    start: (onReport, signal, onFault) => {
      const look = looks(paths, store, judge, onReport, signal);
      const rest = (): void => {
        judge.rest();
        comparer.rest();
      };
      signal.addEventListener("abort", rest, { once: true });
      keepLooking(paths, () => inTurn(look), onFault, signal, options);
    },
  };
}

function statusOf(store: PolicyStore): SourceStatus {
  const { revision } = store.current();
  const { isStale, problems, lastDigest = revision } = store;
  return { revision, since: store.inForce?.since ?? 0, isStale, attempt: lastDigest, problems };
}

function packedOf(store: PolicyStore): PackedDocument {
  if (store.inForce === undefined) throw new Error("no policy document was ever loaded");
  return store.inForce.packed;
}

function* nameSteps({ policies }: PackedDocument): Steps<readonly NamedPolicy[]> {
  const unpacked = yield* unpackSteps(policies);
  return unpacked.map(({ name, tags }) => ({ name: name.value, tags }));
}

/** A look at the files that reports what is new. Bad contents are believed at the second look only. */
function looks(
  paths: readonly string[],
  store: PolicyStore,
  judge: Judge,
  onReport: (report: LoadReport) => void | Promise<void>,
  signal: AbortSignal,
): () => Promise<Sight> {
  let suspect: Weighed | undefined;
  return async () => {
    const before = suspect;
    suspect = undefined;
    const contents = await readContents(paths);
    if (signal.aborted || store.isKnown(contents.digest)) return "settled";
    const isSame = before?.offer.digest === contents.digest;
    const weighed = isSame ? before : await weigh(contents, store, judge);
    if (signal.aborted) return "settled";
    // A file that is being written, or not there in the middle of a swap, is no news yet.
    if (weighed.offer.usable === undefined && before === undefined) {
      suspect = weighed;
      return "unsettled";
    }
    await onReport(await settle(weighed, store));
    return "settled";
  };
}

/** What contents are, before they are offered to the store. */
type Weighed = { readonly offer: Offer; readonly changes: Promise<readonly string[]> };

const NO_CHANGES: Weighed["changes"] = Promise.resolve([]);

/** Bytes from which on another thread judges at start too, since a parser's waste would stay in this one's heap. */
const LARGE = 256 * 1024;

/** At start nobody is served yet: what is not large is judged on this thread, which is up already. */
async function weighFirst(contents: Contents, store: PolicyStore, judge: Judge): Promise<Weighed> {
  return weigh(contents, store, sizeOf(contents) >= LARGE ? judge : HERE);
}

const HERE: Pick<Judge, "judge"> = {
  judge: (contents, before) => judgeHere({ contents, before }),
};

/** Judged by another thread; what is left for this one is done in slices. */
async function weigh(
  contents: Contents,
  { inForce }: PolicyStore,
  judge: Pick<Judge, "judge">,
): Promise<Weighed> {
  const { digest } = contents;
  const revision = revisionOf(contents);
  if (inForce !== undefined && inForce.revision === revision) {
    const { problems } = inForce;
    return { offer: { digest, revision, problems, usable: inForce }, changes: NO_CHANGES };
  }
  try {
    const { problems, packed, changes } = await judge.judge(contents, inForce?.packed);
    const offer: Offer = {
      digest,
      revision,
      problems: await inSlices(unpackSteps(problems)),
      usable: packed && { packed, snapshot: await inSlices(snapshotSteps(packed, digest)) },
    };
    return { offer, changes };
  } catch (error) {
    const problems = unexamined(contents, error);
    return { offer: { digest, revision, problems, usable: undefined }, changes: NO_CHANGES };
  }
}

/** Puts the document in force where it can be; only then, what it changes is waited for. */
async function settle({ offer, changes }: Weighed, store: PolicyStore): Promise<LoadReport> {
  const { problems, revision } = offer;
  const report = { result: store.offer(offer), problems, revision, uncompared: undefined };
  if (report.result !== "replaced") return { ...report, changes: [] };
  try {
    return { ...report, changes: await changes };
  } catch (error) {
    return { ...report, changes: [], uncompared: String(error) };
  }
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
