import { isAddress } from "../../cors/host.ts";
import { type Origin, parseOrigin } from "../../cors/origin.ts";
import { NOBODY, OriginIndex } from "../../cors/origin-index.ts";
import type { Expression, HostPattern, OriginPattern } from "../../cors/origin-pattern.ts";
import type { Libraries } from "../libraries.ts";
import { neverMatches } from "./expression-facts.ts";
import { type Sample, sampleTree } from "./expression-sample.ts";
import { readExpression } from "./expression-tree.ts";

/** What a pattern admits beyond what its author is likely to own; each with an origin that shows it. */
export type Reach = {
  /** It admits an origin that nobody can have named. */
  readonly every: string | undefined;
  /** It admits children of a public suffix, which belong to as many strangers. */
  readonly suffix: { readonly of: string; readonly example: string } | undefined;
  /** It admits a name that only looks like the one it spells. */
  readonly lookAlike: string | undefined;
  /** It admits an origin whose pages anyone on the way can change. */
  readonly insecure: string | undefined;
  /** Why it can match nothing. */
  readonly never: string | undefined;
};

const REACHES_NOTHING: Reach = {
  every: undefined,
  suffix: undefined,
  lookAlike: undefined,
  insecure: undefined,
  never: undefined,
};

// Hosts that cannot exist (RFC 2606, `.invalid`): a pattern that admits one of these admits what it does not name.
const PROBES = [
  "https://corsd-probe.invalid",
  "http://a.corsd-probe.invalid",
  "https://corsd-probe.invalid:8443",
];

/** A label that stands for any other in front of a wildcard's host. */
const ANY_LABEL = "corsd-probe";

/** How far a pattern reaches. `*` and `"null"` reach what they say: nothing is found here. */
export function reachOf(pattern: OriginPattern, libraries: Libraries): Reach {
  switch (pattern.kind) {
    case "any":
    case "opaque":
      return REACHES_NOTHING;
    case "tuple":
      return reachOfTuple(pattern, libraries);
    case "expression":
      return reachOfExpression(pattern.expression, libraries);
  }
}

type TuplePattern = Extract<OriginPattern, { kind: "tuple" }>;

function reachOfTuple(pattern: TuplePattern, libraries: Libraries): Reach {
  const { scheme, host } = pattern;
  const name = exampleHost(host);
  return {
    ...REACHES_NOTHING,
    every: firstProbe(indexOf(pattern)),
    suffix: host.kind === "children" ? suffixOfChildren(scheme, host.of, libraries) : undefined,
    insecure: isInsecure(scheme, name) ? `${scheme}://${name}` : undefined,
  };
}

function exampleHost(host: HostPattern): string {
  switch (host.kind) {
    case "exact":
      return host.name;
    case "children":
      return `${ANY_LABEL}.${host.of}`;
    case "any":
      return `${ANY_LABEL}.invalid`;
  }
}

/** The parent of a rule such as `*.ck` counts as a suffix too: its children are suffixes. */
function suffixOfChildren(scheme: string, of: string, libraries: Libraries): Reach["suffix"] {
  if (libraries.publicSuffix(of) !== of) return undefined;
  return { of, example: `${scheme}://${ANY_LABEL}.${of}` };
}

function reachOfExpression(expression: Expression, libraries: Libraries): Reach {
  const index = indexOf({ kind: "expression", expression });
  const tree = readExpression(expression.source);
  const every = firstProbe(index);
  const shown = sampleTree(tree).flatMap((sample) => showing(index, sample, libraries));
  const spelled = new Set(shown.filter(({ free }) => !free).map(({ domain }) => domain));
  const strange = shown.filter(({ free }) => free);
  const owned = strange.map(ownedByAnyone).find((found) => found !== undefined);
  return {
    every,
    suffix: owned,
    lookAlike: strange.find((one) => looksLike(one, spelled))?.origin.canonical,
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
};

function showing(index: OriginIndex, sample: Sample, libraries: Libraries): readonly Shown[] {
  const origin = admitted(index, sample.text);
  if (origin === undefined) return [];
  const { host, scheme } = origin;
  const suffix = isAddress(host) ? undefined : libraries.publicSuffix(host);
  // A suffix itself is nobody's to register.
  if (suffix === host) return [];
  const domain = isAddress(host) ? host : registered(host, suffix);
  const start = `${scheme}://`.length + host.length - domain.length;
  const marks = [...domain].map((char, i) => (char === "." ? "." : sample.marks[start + i]));
  const label = marks.slice(0, domain.indexOf("."));
  return [
    {
      origin,
      domain,
      suffix,
      free: !isAddress(host) && marks.includes("f"),
      wholeLabel: label.every((mark) => mark === "f"),
    },
  ];
}

/** `example.co.uk` of `a.b.example.co.uk`. A suffix that is off the list is taken to be the last label. */
function registered(host: string, suffix: string | undefined): string {
  const behind = suffix ?? host.slice(host.lastIndexOf(".") + 1);
  const labels = host.slice(0, -behind.length - 1);
  return host.slice(labels.lastIndexOf(".") + 1);
}

/** Where the whole label in front of a listed suffix is free, every child of the suffix is admitted. */
function ownedByAnyone({ suffix, wholeLabel, origin }: Shown): Reach["suffix"] {
  return suffix !== undefined && wholeLabel ? { of: suffix, example: origin.canonical } : undefined;
}

/**
 * A name of a listed suffix can be bought whatever it looks like. Off the list (`.internal`) only what resembles a name
 * that the expression spells is told apart from a plain choice of names.
 */
function looksLike({ domain, suffix, wholeLabel }: Shown, spelled: ReadonlySet<string>): boolean {
  if (suffix !== undefined) return !wholeLabel;
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

function firstProbe(index: OriginIndex): string | undefined {
  return PROBES.find((probe) => admitted(index, probe) !== undefined);
}

function indexOf(pattern: OriginPattern): OriginIndex {
  return new OriginIndex([{ pattern, rank: 0, carriesNull: false }]);
}

/** The origin, if the text is a canonical one that the index admits. */
function admitted(index: OriginIndex, text: string): Origin | undefined {
  const origin = parseOrigin(text);
  if (origin?.canonical !== text) return undefined;
  return index.first(origin) === NOBODY ? undefined : origin;
}

/** Plain http, but for the hosts that never leave the machine (Secure Contexts section 3.1). */
function isInsecure(scheme: string, host: string): boolean {
  return scheme === "http" && !LOOPBACK.test(host);
}

const LOOPBACK = /^(?:(?:.+\.)?localhost\.?|127\.[0-9]+\.[0-9]+\.[0-9]+|\[::1\])$/;
