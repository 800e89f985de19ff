import type { Action, Header, Reason } from "./decision.ts";
import { fixedHeader } from "./fixed-header.ts";
import type { Policy, RefusalStatus } from "./policy.ts";

export type RefusalReason = Exclude<Reason, "same-origin">;

/** The reasons whose status a policy chooses; the others are refused the same way everywhere. */
export type CheckReason = Exclude<
  RefusalReason,
  "origin-required" | "path-ambiguous" | "unknown-group"
>;

const STATUS_OF: Readonly<Record<CheckReason, keyof RefusalStatus>> = {
  "origin-malformed": "origin",
  "origin-not-allowed": "origin",
  "method-not-allowed": "method",
  "headers-malformed": "header",
  "header-not-allowed": "header",
  "http-version-not-allowed": "httpVersion",
};

/** The status with which a policy rejects for this reason. */
export function refusalStatus(policy: Policy, reason: CheckReason): number {
  return policy.behavior.refusalStatus[STATUS_OF[reason]];
}

// ext_proc cannot set a reason phrase, so the text goes into the body. The first three are webMethods' own words.
const TEXTS: Readonly<Record<RefusalReason, string>> = {
  "origin-malformed": "Specified Origin is not allowed",
  "origin-not-allowed": "Specified Origin is not allowed",
  "method-not-allowed": "Method Not Allowed",
  "headers-malformed": "Header Not Supported",
  "header-not-allowed": "Header Not Supported",
  "http-version-not-allowed": "HTTP version is not allowed",
  "origin-required": "Origin header is required",
  "path-ambiguous": "Path is ambiguous",
  "unknown-group": "API group is not known",
};

const REFUSAL_HEADERS: readonly Header[] = [
  fixedHeader("cache-control", "no-store"),
  fixedHeader("content-type", "text/plain; charset=utf-8"),
];

/** The answer to a rejected request: its text as a body, no allow header, kept in no cache. */
export function reject(reason: RefusalReason, status: number, vary: readonly string[]): Action {
  return { kind: "respond", status, body: TEXTS[reason], headers: REFUSAL_HEADERS, vary };
}
