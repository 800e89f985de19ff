import { ownOrigins } from "../../cors/chain.ts";
import type { Policy } from "../../cors/policy.ts";
import { admittedText } from "../pattern-text.ts";
import { remembered } from "../remembered.ts";

/**
 * Names of the policies that govern in one of the chains, as far as can be told. Others certainly never do: each origin
 * they list is admitted by an earlier policy that takes every HTTP version. The first of a chain governs for the
 * applications in any case. Patterns are compared as written, so a wildcard that covers a later exact origin is not seen:
 * silence proves nothing.
 */
export function governingNames(chains: Iterable<readonly Policy[]>): ReadonlySet<string> {
  const governing = new Set<string>();
  const known: KnownTexts = new Map();
  for (const chain of chains) addGoverning(governing, chain, known);
  return governing;
}

/** What policies admit: many chains have the same ones. */
type KnownTexts = Map<Policy, readonly string[]>;

/** Looks no further than the last policy that is not known to govern. */
function addGoverning(governing: Set<string>, chain: readonly Policy[], known: KnownTexts): void {
  for (const { name } of chain.slice(0, 1)) governing.add(name);
  const last = chain.findLastIndex(({ name }) => !governing.has(name));
  const earlier = new Set<string>();
  for (const policy of chain.slice(0, last + 1)) {
    const admitted = remembered(known, policy, () => admittedTexts(policy));
    if (admitted.some((text) => isNew(text, earlier))) governing.add(policy.name);
    if (policy.httpVersions === undefined) for (const text of admitted) earlier.add(text);
  }
}

function isNew(text: string, earlier: ReadonlySet<string>): boolean {
  return !earlier.has(text) && (text === OPAQUE || !earlier.has(EVERY));
}

const EVERY = "*";
const OPAQUE = "null";

/** What a policy lists; `*` without credentials admits the opaque origin too. */
function admittedTexts(policy: Policy): readonly string[] {
  const texts = ownOrigins(policy).map(admittedText);
  return policy.access.kind === "anyone" ? [...texts, OPAQUE] : texts;
}
