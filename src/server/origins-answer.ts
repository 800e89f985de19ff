import type { OriginsQuery } from "../admin/site.ts";
import { ownOrigins } from "../cors/chain.ts";
import { admittedText } from "../policy/pattern-text.ts";
import type { RunningDocument } from "../source/snapshot-steps.ts";
import type { Source } from "../source/source.ts";

/** Some of the origins of a policy or an application. */
export type FoundOrigins = {
  readonly name: string;
  /** How many the list has. */
  readonly total: number;
  /** How many of them hold what was searched for. */
  readonly count: number;
  /** The first of those, in the order of the list. */
  readonly origins: readonly string[];
};

/** Undefined where the document in force has nothing of that name. */
export async function answerOrigins(
  source: Source,
  { kind, name, search, limit }: OriginsQuery,
): Promise<FoundOrigins | undefined> {
  const list = originsOf(await source.document(), kind, name);
  if (list === undefined) return undefined;
  const wanted = search.toLowerCase();
  const found = wanted === "" ? list : list.filter((text) => text.toLowerCase().includes(wanted));
  return { name, total: list.length, count: found.length, origins: found.slice(0, limit) };
}

function originsOf(
  { policies, applications }: RunningDocument,
  kind: OriginsQuery["kind"],
  name: string,
): readonly string[] | undefined {
  if (kind === "policy") {
    const found = policies.find(({ policy }) => policy.name === name);
    return found && ownOrigins(found.policy).map(admittedText);
  }
  const found = applications.find(({ application }) => application.name === name);
  return found?.application.origins.map(admittedText);
}
