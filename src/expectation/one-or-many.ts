import type { Spot } from "../policy/spot.ts";

/** The entries of a list; a value that is no list is the only one of its own. */
export function oneOrMany(spot: Spot): readonly Spot[] {
  const { node, pointer } = spot;
  if (node.kind !== "list") return [spot];
  return node.items.map((item, at) => ({ node: item, pointer: `${pointer}/${at}` }));
}
