import { domainToUnicode } from "node:url";
import type { Expression } from "../cors/origin-pattern.ts";
import { err, ok, type Result } from "../cors/result.ts";
import type { Libraries } from "../policy/libraries.ts";
import { printable } from "../policy/quote.ts";
import { MAX_PATTERN_LENGTH } from "../policy/vocabulary/limits.ts";
import { re2Package, suffixPackage, suffixTrie } from "./packages.ts";

/** The knowledge that the policy room borrows: re2js, the URL of Node, and the public suffix list of tldts. */
export const libraries: Libraries = {
  compileExpression,
  serializeHost,
  publicSuffix,
  suffixesBelow,
};

function compileExpression(source: string): Result<Expression, string> {
  // Compiling takes time and memory too, whoever wrote it.
  if (source.length > MAX_PATTERN_LENGTH) return err("it is too long");
  const { RE2JS } = re2Package();
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
  return printable(said.replace(/^error parsing regexp: /, ""));
}

// What ends a host in a URL, and what the URL parser silently removes or decodes.
const NO_HOST = /[\p{Cc}\s/\\?#@%]|:(?![^[]*\]$)/u;

// Serialized as they are: no upper case, no punycode, and a last label that cannot be a part of an IPv4 address.
const PLAIN_HOST = /^(?!xn--|.*\.xn--)(?:[a-z0-9_-]+\.)*[a-z_][a-z0-9_-]*\.?$/;

function serializeHost(host: string): string | undefined {
  if (PLAIN_HOST.test(host)) return host;
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
  const found = suffixPackage().parse(host, {
    allowPrivateDomains: true,
    extractHostname: false,
    validateHostname: false,
  });
  const isListed = found.isIcann === true || found.isPrivate === true;
  return isListed && found.publicSuffix !== null ? found.publicSuffix : undefined;
}

// tldts answers which suffix a name has, not which suffixes a name has below it, but it ships the lists as a trie from
// the top level down.

/** Where the label of each edge begins; made when it is first asked for. */
let offsets: readonly number[] | undefined;

function edgeOffsets(): readonly number[] {
  let end = 0;
  return Array.from(suffixTrie().edgeLength, (length) => {
    end += length;
    return end - length;
  });
}

/** A label that stands for the `*` of a rule. */
const ANY_LABEL = "any";

// Both are asked for the same few names again and again; they hold no more than the lists do. Names share nodes.
const labels: Map<number, ReadonlyMap<string, number>> = new Map();
const found: Map<string, readonly string[]> = new Map();

function suffixesBelow(host: string): readonly string[] {
  const known = found.get(host);
  if (known !== undefined) return known;
  const trie = suffixTrie();
  let node: number | undefined = trie.rulesRoot;
  for (const label of host.split(".").reverse()) {
    node = labelsOf(node).get(label);
    if (node === undefined) return [];
  }
  const suffixes: string[] = [];
  for (let level = [{ node, name: host }]; level.length > 0; ) {
    level = level.flatMap(branchesOf);
    for (const branch of level) {
      if (trie.nodeFlags[branch.node] !== 0) suffixes.push(branch.name);
    }
  }
  if (suffixes.length > 0) found.set(host, suffixes);
  return suffixes;
}

type Branch = { readonly node: number; readonly name: string };

function branchesOf({ node, name }: Branch): Branch[] {
  return [...labelsOf(node)].map(([label, below]) => ({
    node: below,
    name: `${label === "*" ? ANY_LABEL : label}.${name}`,
  }));
}

function labelsOf(node: number): ReadonlyMap<string, number> {
  const known = labels.get(node);
  if (known !== undefined) return known;
  const trie = suffixTrie();
  offsets ??= edgeOffsets();
  const below = new Map<string, number>();
  for (let edge = Number(trie.edgeStart[node]); edge < Number(trie.edgeStart[node + 1]); edge++) {
    const start = Number(offsets[edge]);
    const label = trie.labelText.slice(start, start + Number(trie.edgeLength[edge]));
    below.set(label, Number(trie.edgeChild[edge]));
  }
  labels.set(node, below);
  return below;
}
