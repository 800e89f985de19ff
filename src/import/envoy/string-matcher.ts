import { lowerAscii } from "../../cors/ascii.ts";
import { ok } from "../../cors/result.ts";
import { quote } from "../../policy/quote.ts";
import { literalExpression } from "../expression-text.ts";
import type { Found, JsonReader } from "../json-value.ts";
import { isAbsent } from "../json-value.ts";
import { BYTEWISE, exactOrigin, expressionOrigin, type ReadOrigin } from "../origin-entry.ts";
import { field } from "./message.ts";

/** `envoy.type.matcher.v3.StringMatcher` over an origin; each item an entry of `allowOrigins` or why there is none. */
export function originsOfMatcher(reader: JsonReader, found: Found): readonly ReadOrigin[] {
  const ignoresCase = reader.flag(field(reader, found, "ignore_case")) ?? false;
  const text = (name: string): string | undefined => reader.text(field(reader, found, name));
  const exact = text("exact");
  if (exact !== undefined) return [exactly(exact, ignoresCase)];
  const prefix = text("prefix");
  if (prefix !== undefined) return [beginning(prefix, ignoresCase)];
  const suffix = text("suffix");
  if (suffix !== undefined) return ending(suffix, ignoresCase, "ends in");
  const part = text("contains");
  if (part !== undefined) return ending(part, ignoresCase, "contains");
  const expression =
    reader.text(field(reader, field(reader, found, "safe_regex"), "regex")) ?? text("regex");
  if (expression !== undefined) return [matching(expression)];
  const kinds = reader.entries(found).filter(([, each]) => !isAbsent(each));
  const named = kinds.map(([key]) => quote(key)).join(", ");
  return [
    leftOut(
      `an origin matcher of ${named === "" ? "no kind" : named} is left out: there is no such pattern`,
    ),
  ];
}

/** The filter tries each matcher on the text `*` too: one that takes it admits everybody. */
const EVERYBODY = "*";

export function exactly(text: string, ignoresCase: boolean): ReadOrigin {
  if (text === EVERYBODY) return taken(text, undefined);
  return exactOrigin(text, { ...BYTEWISE, ignoresCase });
}

/** What is meant by a beginning is an origin, or a host on any port. */
export function beginning(text: string, ignoresCase: boolean): ReadOrigin {
  if (text === EVERYBODY) return taken(text, undefined);
  const begin = ignoresCase ? lowerAscii(text) : text;
  if (/^[a-z][a-z0-9+.-]*:\/\/$/.test(begin)) return taken(`${begin}*:*`, undefined);
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/]*[^/:]:$/.test(begin)) {
    return taken(`~${literalExpression(begin)}[0-9]+`, undefined);
  }
  const origin = exactOrigin(begin);
  // A name cut off in the middle stands for no host.
  if (!origin.ok || /[.-]$/.test(begin)) {
    return leftOut(
      `origins that begin with ${quote(text)} are left out: it is no origin by itself`,
    );
  }
  return taken(
    origin.value.pattern,
    `origins that only begin with ${quote(text)}, such as ${quote(`${begin}.evil.example`)}, are no longer admitted, nor others of its ports`,
  );
}

/** An expression admits whom it matches, also where the filter lets everybody in by it. */
export function matching(source: string): ReadOrigin {
  const read = expressionOrigin(source, "whole");
  if (!read.ok || read.value.pattern === EVERYBODY || !takesEverybody(source)) return read;
  return taken(
    read.value.pattern,
    `${quote(source)} takes the text \`*\` too, by which everybody was admitted: now only whom it matches`,
  );
}

/** As far as RE2 and ECMAScript agree: on one character that is nearly always so. */
function takesEverybody(source: string): boolean {
  try {
    return new RegExp(`^(?:${source})$`).test(EVERYBODY);
  } catch {
    return false;
  }
}

const NAME = /^(?:[a-z0-9_-]+\.)+[a-z0-9_-]+(?::[0-9]+)?$/;

/** What is meant by an end, or by a part, is a domain: its pages over https, and those of names below it. */
export function ending(text: string, ignoresCase: boolean, verb: string): readonly ReadOrigin[] {
  if (text === EVERYBODY) return [taken(text, undefined)];
  const end = ignoresCase ? lowerAscii(text) : text;
  const only = `${quote(text)} is read as the domain: whatever else ${verb} it is no longer admitted, nor any scheme but https`;
  const domain = end.replace(/^(?:https)?:\/\//, "").replace(/^\./, "");
  if (!NAME.test(domain)) {
    return [
      leftOut(`origins of which the text ${verb} ${quote(text)} are left out: it is no domain`),
    ];
  }
  if (end.includes("://")) return [taken(`https://${domain}`, only)];
  const below = taken(`https://*.${domain}`, only);
  return end.startsWith(".") ? [below] : [taken(`https://${domain}`, only), below];
}

function taken(pattern: string, note: string | undefined): ReadOrigin {
  return ok({ pattern, note });
}

function leftOut(error: string): ReadOrigin {
  return { ok: false, error };
}
