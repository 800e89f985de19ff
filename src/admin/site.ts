import type { Result } from "../cors/result.ts";

/** What the listener shows, as functions: it knows nothing of what is behind them. */
export type Site = {
  /** Why the server is not ready; undefined where it is. */
  readonly unready: () => string | undefined;
  readonly metrics: () => Promise<string>;
  /** JSON. */
  readonly policy: (query: PolicyQuery) => Promise<string>;
  /** Undefined where there is nothing of that name. */
  readonly origins: (query: OriginsQuery) => Promise<object | undefined>;
  /** What was decided since the start. */
  readonly decisions: () => Promise<object>;
  /** What was refused last. */
  readonly refusals: () => Promise<object>;
  /** Explains a request that JSON describes; the error is a line for people. */
  readonly explain: (described: unknown) => Promise<Result<object, string>>;
  /** What this document would change if it came into force, or what is wrong with it. */
  readonly diff: (document: Uint8Array) => Promise<object>;
};

export type PolicyQuery = {
  /** Only what has it. */
  readonly tag: string | undefined;
  /** Most items of lists that can be long; undefined: all. */
  readonly limit: number | undefined;
};

export type OriginsQuery = {
  readonly kind: "policy" | "application";
  readonly name: string;
  /** Part of an origin, in any case; empty: all. */
  readonly search: string;
  readonly limit: number;
};
