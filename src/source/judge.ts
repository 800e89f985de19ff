import { setImmediate as nextTurn } from "node:timers/promises";
import { atOnce } from "../cors/steps.ts";
import { diffDocuments } from "../policy/diff/diff.ts";
import { renderDiff } from "../policy/diff/render-diff.ts";
import type { Problem } from "../policy/problem.ts";
import { type ResolvedDocument, resolveSteps } from "../policy/resolve-document.ts";
import { type Contents, examine } from "./examine.ts";
import { libraries } from "./libraries.ts";
import { type PackedDocument, packDocument, unpackDocument } from "./packed-document.ts";
import { type Parcels, pack } from "./parcel.ts";

/** What contents mean, packed to be posted between threads. */
export type Judgement = {
  /** Errors and warnings. */
  readonly problems: Parcels<Problem>;
  /** Undefined where there is an error. */
  readonly packed: PackedDocument | undefined;
  /** {@link compare} with the document that was named, which may take as long again; rejects where it fails. */
  readonly changes: Promise<readonly string[]>;
};

/** Judges contents without keeping the caller's thread. Rejects where no judgement could be had. */
export type Judge = {
  readonly judge: (contents: Contents, before: PackedDocument | undefined) => Promise<Judgement>;
  /** Ends what goes on, and lets go of all it holds; it can be asked again afterwards. */
  readonly rest: () => void;
};

/** What is posted to the worker, and the two answers to it. */
export type Task = { readonly contents: Contents; readonly before: PackedDocument | undefined };

export type Reply =
  | ({ readonly kind: "judged" } & Omit<Judgement, "changes">)
  | { readonly kind: "compared"; readonly changes: readonly string[] };

/** Does a task on the thread that it is called on. */
export function* replies(task: Task): Generator<Reply, void> {
  const { changes, ...judged } = judgeNow(task);
  yield { kind: "judged", ...judged };
  yield { kind: "compared", changes: changes() };
}

/** Does a task on the caller's thread; what changed is found out in a later turn of its event loop. */
export async function judgeHere(task: Task): Promise<Judgement> {
  const { changes, ...judged } = judgeNow(task);
  const compared = nextTurn().then(changes);
  // Nobody may ever ask for the changes; that they could not be told is no unhandled rejection.
  compared.catch(() => undefined);
  return { ...judged, changes: compared };
}

function judgeNow({ contents, before }: Task): Omit<Judgement, "changes"> & {
  readonly changes: () => readonly string[];
} {
  const { problems, loaded } = examine(contents);
  return {
    problems: pack(problems),
    packed: loaded && packDocument(loaded.document),
    changes: () => (before && loaded ? compare(before, loaded.resolved) : []),
  };
}

/** Most characters of lines that say what changed. They are one line of the log, and log collectors cut long ones. */
export const MAX_CHANGES_LENGTH: number = 32 * 1024;

/** What behaves differently, in lines for people, cut where they are long. */
function compare(before: PackedDocument, after: ResolvedDocument): readonly string[] {
  const old = atOnce(unpackDocument(before, libraries));
  const resolved = atOnce(resolveSteps(old, (origins) => origins));
  return cut(renderDiff(diffDocuments(resolved, after)));
}

export function cut(lines: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let left = MAX_CHANGES_LENGTH;
  for (const line of lines) {
    if (left === 0) return [...kept, `… and ${lines.length - kept.length} more lines`];
    kept.push(line.length > left ? `${line.slice(0, left)}…` : line);
    left = Math.max(0, left - line.length);
  }
  return kept;
}
