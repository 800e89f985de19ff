import type { Expression } from "../cors/origin-pattern.ts";
import type { Result } from "../cors/result.ts";

/** What this room borrows from the world: knowledge that well-kept libraries hold. All of it is pure. */
export type Libraries = {
  /** Compiles an RE2 expression as `\A(?:source)\z`; the error is a phrase for people. */
  readonly compileExpression: (source: string) => Result<Expression, string>;
  /** The host as the URL standard serializes it in an http URL (punycode, canonical IP), or undefined if it is none. */
  readonly serializeHost: (host: string) => string | undefined;
  /** The public suffix of a name if it is on the list (ICANN or private); undefined if its top level is on neither. */
  readonly publicSuffix: (host: string) => string | undefined;
  /** The public suffixes of both lists that end in `.host`, nearest first; one label stands for a rule's `*`. */
  readonly suffixesBelow: (host: string) => readonly string[];
};
