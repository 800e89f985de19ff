import type { Snapshot } from "../cors/snapshot.ts";
import type { Problem } from "../policy/problem.ts";
import type { PackedDocument } from "./packed-document.ts";

/** What came of reading the policy files once. */
export type Offer = {
  /** Names what was read and what could not be. */
  readonly digest: string;
  /** Names the document: the digest, or undefined where not all could be read. */
  readonly revision: string | undefined;
  /** Errors and warnings of every file. */
  readonly problems: readonly Problem[];
  /** Undefined where the files have an error. */
  readonly usable: Usable | undefined;
};

/** A document that can be in force: as it runs, and as it was written, for what comes after it to be compared with. */
export type Usable = { readonly snapshot: Snapshot; readonly packed: PackedDocument };

/**
 * `replaced`: this document is in force now. `rejected`: it has errors, the last good one stays in force.
 * `unchanged`: it is the document that is in force already. The files are stale exactly after `rejected`.
 */
export type Outcome = "replaced" | "rejected" | "unchanged";

type InForce = Usable &
  Pick<Offer, "revision" | "problems"> & {
    /** When it came into force, in milliseconds since 1970. */
    readonly since: number;
  };

/** What is remembered of the contents that were last offered, good or bad. */
type Last = Pick<Offer, "digest" | "problems"> & { readonly isUsable: boolean };

/** The document in force; the last good one wins. The snapshot is immutable and swapped whole. */
export class PolicyStore {
  readonly #now: () => number;
  #inForce: InForce | undefined;
  #last: Last | undefined;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Throws where no document was ever good: nothing may be decided then. */
  current(): Snapshot {
    if (this.#inForce === undefined) throw new Error("no policy document was ever loaded");
    return this.#inForce.snapshot;
  }

  /** Undefined where no document was ever good. */
  get inForce(): InForce | undefined {
    return this.#inForce;
  }

  /** True for the digest of the contents that were last offered, good or bad. */
  isKnown(digest: string): boolean {
    return digest === this.#last?.digest;
  }

  /** Names the contents that were last offered; undefined where none were. */
  get lastDigest(): string | undefined {
    return this.#last?.digest;
  }

  /** Errors and warnings of the contents that were last offered. */
  get problems(): readonly Problem[] {
    return this.#last?.problems ?? [];
  }

  /** True where the contents that were last offered are not in force, since they have errors. */
  get isStale(): boolean {
    return this.#last?.isUsable === false;
  }

  offer({ digest, revision, problems, usable }: Offer): Outcome {
    this.#last = { digest, problems, isUsable: usable !== undefined };
    if (usable === undefined) return "rejected";
    if (this.#inForce?.revision === revision) return "unchanged";
    this.#inForce = { ...usable, revision, problems, since: this.#now() };
    return "replaced";
  }
}
