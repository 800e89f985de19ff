import type { PostedDocument } from "../../source/posted-document.ts";
import type { Certificates } from "../certificates.ts";
import type { ListenAddress } from "../listen.ts";
import type { Tally } from "../metrics/tally.ts";

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

export type ToWorker = Order | { readonly kind: "tally"; readonly request: number };

export type FromWorker =
  /** Ready to be told. */
  | { readonly kind: "up" }
  | { readonly kind: "listening"; readonly addresses: readonly ListenAddress[] }
  /** It could not listen; one line. It ends. */
  | { readonly kind: "failed"; readonly error: string }
  | { readonly kind: "tally"; readonly request: number; readonly tally: Tally };
