import type { Group, Policy } from "./meaning.ts";
import type { Line } from "./request.ts";

export type Kind = "no-origin" | "preflight" | "websocket" | "actual";
export type Outcome = "granted" | "refused" | "passed";

export const REASONS = [
  "same-origin",
  "origin-malformed",
  "origin-not-allowed",
  "http-version-not-allowed",
  "method-not-allowed",
  "headers-malformed",
  "header-not-allowed",
  "origin-required",
  "path-ambiguous",
  "unknown-group",
] as const;
export type Reason = (typeof REASONS)[number];
export type RefusalReason = Exclude<Reason, "same-origin">;
/** Of the checks of step 5, whose refusals are as the policy's switches have them. */
export type CheckReason = Exclude<
  RefusalReason,
  "origin-required" | "path-ambiguous" | "unknown-group"
>;

/** What is done, whatever the service may answer. */
export type Answer =
  | { readonly kind: "untouched" }
  /** The service is not reached. */
  | {
      readonly kind: "instead";
      readonly status: number;
      readonly body: string;
      readonly headers: readonly Line[];
      readonly vary: readonly string[];
    }
  /** The service's CORS headers go, these come. */
  | {
      readonly kind: "decorated";
      readonly headers: readonly Line[];
      readonly vary: readonly string[];
      /** Timing-Allow-Origin is one of the service's CORS headers here. */
      readonly timing: boolean;
      /** The names of the response's own headers are listed. */
      readonly exposeNames: boolean;
    };

export type Judgement = {
  readonly group: string | null;
  /** The policy that governs. */
  readonly policy: string | null;
  readonly kind: Kind;
  readonly outcome: Outcome;
  readonly reason: Reason | null;
  readonly answer: Answer;
};

export type Shadow = Pick<Judgement, "policy" | "outcome" | "reason"> & {
  readonly differs: boolean;
};

export type Verdict = Judgement & { readonly shadow: Shadow | null };

/** A group with those of its policies that count, at least one. */
export type Governed = {
  readonly group: Group;
  readonly policies: readonly Policy[];
  readonly first: Policy;
};
