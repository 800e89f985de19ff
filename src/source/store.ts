import type { Snapshot } from "../cors/snapshot.ts";
import type { PolicyDocument } from "../policy/document.ts";
import type { Problem } from "../policy/problem.ts";

/** What came of reading the policy files once. */
export type Attempt = {
  /** Names what was read and what could not be. */
  readonly digest: string;
  /** Names the document: the digest, or undefined where not all could be read. */
  readonly revision: string | undefined;
  /** Errors and warnings of every file. */
  readonly problems: readonly Problem[];
  /** Undefined where the files have an error. */
  readonly loaded: Loaded | undefined;
};

export type Loaded = { readonly document: PolicyDocument; readonly snapshot: Snapshot };

/** What became of an attempt. */
export type LoadReport = {
  /**
   * `replaced`: this document is in force now. `rejected`: it has errors, the last good one stays in force.
   * `unchanged`: it is the document that is in force already. The files are stale exactly after `rejected`.
   */
  readonly result: "replaced" | "rejected" | "unchanged";
  readonly problems: readonly Problem[];
  /** Of the files as read, which is not the one in force after `rejected`; undefined where not all could be read. */
  readonly revision: string | undefined;
  /** What behaves differently from the document that was in force before, in lines for people. */
  readonly changes: readonly string[];
};

/** The lines that say what behaves differently in the second document. */
export type Compare = (before: PolicyDocument, after: PolicyDocument) => readonly string[];

/** The document in force; the last good one wins. The snapshot is immutable and swapped whole. */
export class PolicyStore {
  readonly #compare: Compare;
  #inForce: (Loaded & { readonly revision: string | undefined }) | undefined;
  #last: string | undefined;

  constructor(compare: Compare) {
    this.#compare = compare;
  }

  /** Throws where no document was ever good: nothing may be decided then. */
  current(): Snapshot {
    if (this.#inForce === undefined) throw new Error("no policy document was ever loaded");
    return this.#inForce.snapshot;
  }

  /** True for the digest of the contents that were last offered, good or bad. */
  isKnown(digest: string): boolean {
    return digest === this.#last;
  }

  offer(attempt: Attempt): LoadReport {
    this.#last = attempt.digest;
    const { loaded, problems, revision } = attempt;
    if (loaded === undefined) return { result: "rejected", problems, revision, changes: [] };
    const before = this.#inForce;
    if (before?.revision === revision) {
      return { result: "unchanged", problems, revision, changes: [] };
    }
    const changes = before === undefined ? [] : this.#compare(before.document, loaded.document);
    this.#inForce = { ...loaded, revision };
    return { result: "replaced", problems, revision, changes };
  }
}
