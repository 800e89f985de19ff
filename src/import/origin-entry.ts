import { lowerAscii } from "../cors/ascii.ts";
import { parseOrigin } from "../cors/origin.ts";
import { err, ok, type Result } from "../cors/result.ts";
import { quote } from "../policy/quote.ts";
import {
  endsInAnchor,
  hasChoice,
  literalExpression,
  plainText,
  withoutAnchors,
} from "./expression-text.ts";

/** A pattern as corsd writes it, and a text for a difference where it does otherwise than what it was made of. */
export type OriginEntry = { readonly pattern: string; readonly note: string | undefined };

/** What becomes of an origin of the input. The error is the text of a difference: why it is left out. */
export type ReadOrigin = Result<OriginEntry, string>;

/** How a product compares an origin that it has as plain text with the one received. */
export type Comparison = {
  /** Upper case in the configuration matches what browsers send, which is in lower case. */
  readonly ignoresCase: boolean;
  /** `https://a.example:443` matches `https://a.example`, which is what browsers send. */
  readonly dropsDefaultPort: boolean;
};

/** Byte by byte. */
export const BYTEWISE: Comparison = { ignoresCase: false, dropsDefaultPort: false };

/**
 * Reads a text that the product compares as a whole. What can match no origin there is left out, even where it is plain
 * what was meant: an import must not admit anybody who was not admitted before.
 */
export function exactOrigin(text: string, comparison: Comparison = BYTEWISE): ReadOrigin {
  if (text === "null") return taken(text);
  const origin = parseOrigin(text);
  if (origin === undefined) return leftOut(text, "no browser sends such an origin", meantBy(text));
  const { canonical } = origin;
  const known = lowerAscii(text);
  if (!comparison.ignoresCase && known !== text) {
    return leftOut(text, "browsers send origins in lower case, so it matched none", canonical);
  }
  if (!comparison.dropsDefaultPort && known !== canonical) {
    return leftOut(text, "browsers leave a default port out, so it matched none", canonical);
  }
  return taken(canonical);
}

const CHILDREN = /^[a-z][a-z0-9+.-]*:\/\/\*\.[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?::[1-9][0-9]*)?$/;
const ANY_HOST = /^[a-z][a-z0-9+.-]*:\/\/\*$/;

/** Reads a text in which `*` stands for any characters, or none, and all else for itself. */
export function globOrigin(text: string, comparison: Comparison = BYTEWISE): ReadOrigin {
  if (!text.includes("*")) return exactOrigin(text, comparison);
  if (/^\*+$/.test(text)) return taken("*");
  const known = comparison.ignoresCase ? lowerAscii(text) : text;
  if (known !== lowerAscii(known)) {
    return leftOut(text, "browsers send origins in lower case, so it matched none", undefined);
  }
  if (CHILDREN.test(known)) return taken(known);
  // The star stands for a port too.
  if (ANY_HOST.test(known)) return taken(`${known}:*`);
  return taken(`~${known.split(/\*+/).map(literalExpression).join(".*")}`);
}

/**
 * What a product asks of an expression: `whole`: that it matches all of the origin; `start`: that it matches where the
 * origin begins; `search`: that it matches anywhere in it.
 */
export type Matching = "whole" | "start" | "search";

// In RE2 these mean something else than in Java. What RE2 does not take at all (look-around, back references, possessive
// quantifiers) is found when the document is settled.
const OTHER_MEANING = /&&|\[[^\]]*\[(?![:.=])/;

/**
 * Reads an expression of Java, PCRE or RE2. corsd matches the whole origin: where the product asks for less, what it
 * admits beyond that is admitted no longer, and the note says so.
 */
export function expressionOrigin(source: string, matching: Matching): ReadOrigin {
  if (OTHER_MEANING.test(source)) {
    return leftOut(source, "a class inside of a class is read otherwise by RE2", undefined);
  }
  if (source.includes("//*.")) {
    const why = "in an expression, as which it was read, `/*` is any number of slashes";
    return leftOut(source, why, withoutAnchors(source));
  }
  const isWhole = matching === "whole" || isAnchored(source, matching);
  const where = matching === "start" ? "at the start of the origin" : "anywhere in the origin";
  const note = `${quote(source)} was looked for ${where}; now it has to match the whole of it, so fewer are admitted`;
  return ok({ pattern: patternOf(withoutAnchors(source)), note: isWhole ? undefined : note });
}

function isAnchored(source: string, matching: "start" | "search"): boolean {
  // Each branch of a choice needs anchors of its own.
  return (
    !hasChoice(source) && endsInAnchor(source) && (matching === "start" || source.startsWith("^"))
  );
}

const CHILDREN_EXPRESSION =
  /^([a-z][a-z0-9+-]*:)(?:\/\/|\\\/\\\/)\.[*+]\\\.((?:[a-z0-9-]|\\\.)*[a-z0-9])$/;

/** A plain pattern where the expression admits the same origins. */
function patternOf(inner: string): string {
  if (inner === ".*" || inner === ".+") return "*";
  const children = CHILDREN_EXPRESSION.exec(inner);
  if (children !== null) return `${children[1]}//*.${plainText(`${children[2]}`)}`;
  const text = plainText(inner);
  return text !== undefined && parseOrigin(text)?.canonical === text ? text : `~${inner}`;
}

/** The origin that was probably meant by a text that is none. */
function meantBy(text: string): string | undefined {
  const bare = text.trim().replace(/\/+$/, "");
  return [bare, `https://${bare}`].find((each) => parseOrigin(each) !== undefined);
}

function taken(pattern: string): ReadOrigin {
  return ok({ pattern, note: undefined });
}

function leftOut(text: string, why: string, meant: string | undefined): ReadOrigin {
  const advice = meant === undefined ? "" : `; add \`${meant}\` if that is meant`;
  return err(`${quote(text)} is left out of the origins: ${why}${advice}`);
}
