import { isDeepStrictEqual } from "node:util";

// Invariants that are looked at wherever they apply: unlike an expectation of a test, most cases do not come by all of them.

/** Throws where something is not as it always has to be. */
export function ensure(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

export function ensureSame(found: unknown, expected: unknown, what: string): void {
  ensure(
    isDeepStrictEqual(found, expected),
    `${what}: ${JSON.stringify(found)}, and not ${JSON.stringify(expected)}`,
  );
}

export function ensureMatch(text: string, shape: RegExp, what: string): void {
  ensure(shape.test(text), `${what}: ${JSON.stringify(text)}`);
}

export function ensureNoMatch(text: string, shape: RegExp, what: string): void {
  ensure(!shape.test(text), `${what}: ${JSON.stringify(text)}`);
}
