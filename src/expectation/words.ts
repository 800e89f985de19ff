import type { Outcome, Reason } from "../cors/decision.ts";
import type { RequestKind } from "../cors/request.ts";

/** Every word of a union, as the compiler makes sure. */
function every<T extends string>(words: Readonly<Record<T, true>>): readonly T[] {
  return Object.keys(words).filter((word): word is T => Object.hasOwn(words, word));
}

export const OUTCOMES: readonly Outcome[] = every({ granted: true, refused: true, passed: true });

export const KINDS: readonly RequestKind[] = every({
  "no-origin": true,
  preflight: true,
  websocket: true,
  actual: true,
});

export const REASONS: readonly Reason[] = every({
  "same-origin": true,
  "origin-malformed": true,
  "origin-not-allowed": true,
  "http-version-not-allowed": true,
  "method-not-allowed": true,
  "headers-malformed": true,
  "header-not-allowed": true,
  "origin-required": true,
  "path-ambiguous": true,
  "unknown-group": true,
});
