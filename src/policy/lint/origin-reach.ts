import type { HostPattern, OriginPattern } from "../../cors/origin-pattern.ts";
import type { Libraries } from "../libraries.ts";
import { reachOfExpression } from "./expression-reach.ts";
import {
  firstProbe,
  indexOf,
  isInsecure,
  originText,
  PROBE_LABELS,
  REACHES_NOTHING,
  type Reach,
  splitDot,
} from "./reach.ts";

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
  const insecure = isInsecure(scheme, name) ? exampleOf(pattern, name) : undefined;
  switch (host.kind) {
    case "exact":
      // Most origins are of this kind, and most of those are secure: nothing is made for them.
      return insecure === undefined ? REACHES_NOTHING : { ...REACHES_NOTHING, insecure };
    case "children": {
      const every = firstProbe(indexOf(pattern));
      const suffix = suffixOfChildren(pattern, host.of, libraries);
      return { ...REACHES_NOTHING, every, suffix, insecure };
    }
    case "any":
      // On whatever port and with whatever scheme: among all hosts are those of every stranger.
      return { ...REACHES_NOTHING, every: exampleOf(pattern, name), insecure };
  }
}

const [ANY_LABEL] = PROBE_LABELS;

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

function exampleOf({ scheme, port }: TuplePattern, host: string): string {
  return originText(scheme, host, port === "any" ? undefined : port);
}

/**
 * The parent of a rule such as `*.ck` counts as a suffix too: its children are suffixes. So does a name with a suffix
 * further below: `*.amazonaws.com` holds the children of `s3.amazonaws.com`.
 */
function suffixOfChildren(
  pattern: TuplePattern,
  of: string,
  { publicSuffix, suffixesBelow }: Libraries,
): Reach["suffix"] {
  const { name, dot } = splitDot(of);
  const suffix = publicSuffix(name) === name ? name : suffixesBelow(name)[0];
  if (suffix === undefined) return undefined;
  return { of: suffix, example: exampleOf(pattern, `${ANY_LABEL}.${suffix}${dot}`) };
}
