import { isAddress } from "../../cors/host.ts";
import type { Origin } from "../../cors/origin.ts";
import type { OriginIndex } from "../../cors/origin-index.ts";
import type { Expression } from "../../cors/origin-pattern.ts";
import type { Libraries } from "../libraries.ts";
import { parentsOf } from "../scope/scope-host.ts";
import { neverMatches } from "./expression-facts.ts";
import { MAX_SAMPLES, type Sample, sampleTree } from "./expression-sample.ts";
import { readExpression } from "./expression-tree.ts";
import {
  admitted,
  canonicalOrigin,
  firstProbe,
  firstProbeLike,
  indexOf,
  isInsecure,
  originText,
  PROBE_LABELS,
  type Reach,
  splitDot,
} from "./reach.ts";

/** How far an expression reaches, by examples: what none of them shows is not found. */
export function reachOfExpression(expression: Expression, libraries: Libraries): Reach {
  const index = indexOf({ kind: "expression", expression });
  const tree = readExpression(expression.source);
  const samples = sampleTree(tree);
  const origins = samples.flatMap(({ text }) => canonicalOrigin(text) ?? []);
  const shown = samples.flatMap((sample) => showing(index, sample, libraries));
  return {
    every: firstProbe(index) ?? firstProbeLike(index, origins),
    suffix: ownedByAnyone(shown) ?? ownedBelow(index, shown, libraries),
    lookAlike: lookAlike(shown)?.origin.canonical,
    insecure: shown.find(({ origin }) => isInsecure(origin.scheme, origin.host))?.origin.canonical,
    never: neverMatches(tree),
  };
}

/** An origin that an expression admits, seen as what someone can register. */
type Shown = {
  readonly origin: Origin;
  /** The name that is registered: a label and the public suffix behind it, or the last two labels off the list. */
  readonly domain: string;
  readonly suffix: string | undefined;
  /** Something in `domain` (its dots apart) was not spelled out by the author. */
  readonly free: boolean;
  /** The label in front of the suffix was not spelled out at all. */
  readonly wholeLabel: boolean;
  /** A letter of the top level was not spelled out, and a label stands in front of it. */
  readonly freeTop: boolean;
};

function showing(index: OriginIndex, sample: Sample, libraries: Libraries): readonly Shown[] {
  const origin = admitted(index, sample.text);
  if (origin === undefined) return [];
  const { host, scheme } = origin;
  if (isAddress(host)) return [{ origin, domain: host, ...ADDRESS }];
  const { name } = splitDot(host);
  const suffix = libraries.publicSuffix(name);
  // A suffix itself is nobody's to register.
  if (suffix === name) return [];
  const domain = registered(name, suffix);
  const start = `${scheme}://`.length + name.length - domain.length;
  const marks = [...domain].map((char, i) => (char === "." ? "." : sample.marks.charAt(start + i)));
  const top = domain.lastIndexOf(".") + 1;
  return [
    {
      origin,
      domain,
      suffix,
      free: marks.includes("f"),
      wholeLabel: marks.slice(0, domain.indexOf(".")).every((mark) => mark === "f"),
      freeTop:
        top > 0 && marks.some((mark, i) => i >= top && mark === "f" && isLetter(domain.charAt(i))),
    },
  ];
}

const ADDRESS = { suffix: undefined, free: false, wholeLabel: false, freeTop: false };

/** No top level holds a digit but those in punycode, so a free digit there chooses none. */
function isLetter(char: string): boolean {
  return char >= "a" && char <= "z";
}

/** `example.co.uk` of `a.b.example.co.uk`. A suffix that is off the list is taken to be the last label. */
function registered(host: string, suffix: string | undefined): string {
  const behind = suffix ?? host.slice(host.lastIndexOf(".") + 1);
  const labels = host.slice(0, -behind.length - 1);
  return host.slice(labels.lastIndexOf(".") + 1);
}

/** Where the whole label in front of a listed suffix is free, every child of the suffix is admitted. */
function ownedByAnyone(shown: readonly Shown[]): Reach["suffix"] {
  for (const { suffix, wholeLabel, origin } of shown) {
    if (suffix !== undefined && wholeLabel) return { of: suffix, example: origin.canonical };
  }
  return undefined;
}

/** Children of a suffix that is listed below a name that the examples end in: `[a-z.]+\.amazonaws\.com`. */
function ownedBelow(
  index: OriginIndex,
  shown: readonly Shown[],
  { suffixesBelow }: Libraries,
): Reach["suffix"] {
  const tried = new Map<string, string>();
  for (const { origin, domain } of shown) {
    const { scheme, host, port } = origin;
    const { name, dot } = splitDot(host);
    const above = [name, ...parentsOf(name)].filter(({ length }) => length >= domain.length);
    for (const of of above.flatMap(suffixesBelow)) {
      if (tried.size >= MAX_SAMPLES) break;
      for (const label of PROBE_LABELS) {
        tried.set(originText(scheme, `${label}.${of}${dot}`, port), of);
      }
    }
  }
  for (const [example, of] of tried) {
    if (admitted(index, example) !== undefined) return { of, example };
  }
  return undefined;
}

/**
 * A name of a listed suffix can be bought whatever it looks like, so those are shown first. Off the list (`.internal`)
 * only what resembles a name that the expression spells, or has another top level, is told apart from a plain choice of
 * names.
 */
function lookAlike(shown: readonly Shown[]): Shown | undefined {
  const spelled = new Set(shown.filter(({ free }) => !free).map(({ domain }) => domain));
  const strange = shown.filter(({ free }) => free);
  const unlisted = strange.filter(({ suffix }) => suffix === undefined);
  return (
    strange.find(({ suffix, wholeLabel }) => suffix !== undefined && !wholeLabel) ??
    unlisted.find(({ domain }) => resembles(domain, spelled)) ??
    unlisted.find(({ freeTop }) => freeTop)
  );
}

function resembles(domain: string, spelled: ReadonlySet<string>): boolean {
  return [...spelled].some(
    (name) => domain.endsWith(name) || domain.startsWith(name) || sameButDots(domain, name),
  );
}

/** True where the text is the name with other characters for its dots. */
function sameButDots(text: string, name: string): boolean {
  return (
    text.length === name.length &&
    [...name].every((char, i) => char === "." || char === text.charAt(i))
  );
}
