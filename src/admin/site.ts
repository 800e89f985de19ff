import type { Result } from "../cors/result.ts";

/** What the listener shows, as functions: it knows nothing of what is behind them. */
export type Site = {
  /** Why the server is not ready; undefined where it is. */
  readonly unready: () => string | undefined;
  readonly metrics: () => Promise<string>;
  /** JSON; with a tag only what has it. */
  readonly policy: (tag: string | undefined) => Promise<string>;
  /** Explains a request that JSON describes; the error is a line for people. */
  readonly explain: (described: unknown) => Result<object, string>;
};
