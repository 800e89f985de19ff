import type { Chain } from "./chain.ts";
import type { Policy } from "./policy.ts";
import type { RequestKind } from "./request.ts";
import type { Selection } from "./snapshot.ts";

export type Outcome = "granted" | "refused" | "passed";

/** Why a request was refused, or why it was granted without a policy. Stable: metrics, logs and Envoy carry it. */
export type Reason =
  | "same-origin"
  | "origin-malformed"
  | "origin-not-allowed"
  | "http-version-not-allowed"
  | "method-not-allowed"
  | "headers-malformed"
  | "header-not-allowed"
  | "origin-required"
  | "path-ambiguous"
  | "unknown-group";

/** A header as it goes out: lower-case name, value of visible ASCII and single blanks. */
export type Header = readonly [name: string, value: string];

/** What is done to the exchange. Nothing is sent in part: a refused request gets no allow header at all. */
export type Action = Pass | Respond | Decorate;

/** The exchange is not touched: the service's own CORS stands. */
export type Pass = { readonly kind: "pass" };

/** The service is not reached. `headers` hold everything but Vary. */
export type Respond = {
  readonly kind: "respond";
  readonly status: number;
  readonly body: string | undefined;
  readonly headers: readonly Header[];
  readonly vary: readonly string[];
};

/** The service answers; on its response its CORS headers are removed, then ours set, then Vary merged. */
export type Decorate = {
  readonly kind: "decorate";
  readonly headers: readonly Header[];
  readonly vary: readonly string[];
  /** `timing-allow-origin` counts as one of the service's CORS headers too. */
  readonly removeTiming: boolean;
  /** Expose by name every header of the response (`exposeHeaders: "*"` with credentials). */
  readonly exposeReceived: boolean;
};

/** Whose list admitted the origin. */
export type Admission =
  | { readonly by: "policy" }
  /** Admitted by the policy's list, though not in this HTTP version. */
  | { readonly by: "policy-other-version" }
  | { readonly by: "application"; readonly application: string };

export type Verdict = {
  readonly outcome: Outcome;
  readonly reason: Reason | undefined;
  /** The policy that governs: it admitted the origin. Undefined where none did, or where none was asked. */
  readonly policy: Policy | undefined;
  readonly admission: Admission | undefined;
  /** The requested header that is not listed, where that is the reason. */
  readonly header: string | undefined;
  readonly action: Action;
};

/** The answer to one request, and everything that the log, the metrics and `explain` say about it. */
export type Decision = Verdict & {
  readonly selection: Selection;
  /** Undefined: no group. */
  readonly group: string | undefined;
  /** The enforcing policies that were asked; undefined: there are none, or no group could be told. */
  readonly chain: Chain | undefined;
  readonly kind: RequestKind;
  /** What would have been decided with the group's shadow policies enforcing; never applied. */
  readonly shadow: Shadow | undefined;
};

export type Shadow = Verdict & { readonly group: string | undefined; readonly differs: boolean };
