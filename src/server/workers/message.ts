import type { PostedDocument } from "../../source/posted-document.ts";
import type { Certificates } from "../certificates.ts";
import type { ListenAddress } from "../listen.ts";
import type { Tally } from "../metrics/tally.ts";
import type { RecentRefusal } from "../refusals/recent-refusals.ts";

// What the primary process and its workers say to each other. Values are copied on the way.

/** A document in force. */
export type PostedPolicy = { readonly revision: string; readonly document: PostedDocument };

/** What a worker does, one after the other. */
export type Order =
  | {
      readonly kind: "start";
      readonly policy: PostedPolicy;
      readonly certificates: Certificates | undefined;
      readonly serving: boolean;
    }
  | { readonly kind: "policy"; readonly policy: PostedPolicy }
  | { readonly kind: "certificates"; readonly certificates: Certificates }
  | { readonly kind: "health"; readonly serving: boolean }
  | { readonly kind: "drain" };

/** What a worker is asked for; it answers at once, with the same kind and number. */
export type Question =
  | { readonly kind: "tally"; readonly request: number }
  | { readonly kind: "refusals"; readonly request: number };

export type ToWorker = Order | Question;

/** To a {@link Question}. */
export type Reply =
  | { readonly kind: "tally"; readonly request: number; readonly tally: Tally }
  | {
      readonly kind: "refusals";
      readonly request: number;
      readonly refusals: readonly RecentRefusal[];
    };

export type FromWorker =
  /** Ready to be told. */
  | { readonly kind: "up" }
  | { readonly kind: "listening"; readonly addresses: readonly ListenAddress[] }
  /** It could not listen; one line. It ends. */
  | { readonly kind: "failed"; readonly error: string }
  | Reply;
