import { domainToUnicode } from "node:url";
import { RE2JS } from "re2js";
import { parse } from "tldts";
import type { Expression } from "../cors/origin-pattern.ts";
import { err, ok, type Result } from "../cors/result.ts";
import type { Libraries } from "../policy/libraries.ts";

/** Longest expression compiled, in characters: compiling takes time and memory too, whoever wrote it. */
const MAX_EXPRESSION_LENGTH = 512;

/** The knowledge that the policy room borrows: re2js, the URL of Node, and the public suffix list of tldts. */
export const libraries: Libraries = { compileExpression, serializeHost, publicSuffix };

function compileExpression(source: string): Result<Expression, string> {
  if (source.length > MAX_EXPRESSION_LENGTH) return err("it is too long");
  try {
    // On its own first: `a)|(b` is none, and would become one between the anchors.
    RE2JS.compile(source);
    const compiled = RE2JS.compile(`\\A(?:${source})\\z`);
    const instructions = compiled.programSize();
    return ok({ source, instructions, test: (text) => compiled.testExact(text) });
  } catch (error) {
    return err(phraseOf(error));
  }
}

/** re2js says "error parsing regexp: missing closing ]: `[a`". */
function phraseOf(error: unknown): string {
  const said = error instanceof Error ? error.message : "it does not compile";
  return said.replace(/^error parsing regexp: /, "");
}

// What ends a host in a URL, and what the URL parser silently removes or decodes.
const NO_HOST = /[\p{Cc}\s/\\?#@%]|:(?![^[]*\]$)/u;

function serializeHost(host: string): string | undefined {
  if (host === "" || NO_HOST.test(host)) return undefined;
  const url = URL.parse(`http://${host}/`);
  if (url === null || url.hostname === "") return undefined;
  // Node takes labels that are no punycode; the URL standard ("domain to ASCII") does not.
  return domainToUnicode(url.hostname).split(".").some(isPunycode) ? undefined : url.hostname;
}

function isPunycode(label: string): boolean {
  return label.startsWith("xn--");
}

function publicSuffix(host: string): string | undefined {
  const found = parse(host, {
    allowPrivateDomains: true,
    extractHostname: false,
    validateHostname: false,
  });
  const isListed = found.isIcann === true || found.isPrivate === true;
  return isListed && found.publicSuffix !== null ? found.publicSuffix : undefined;
}
