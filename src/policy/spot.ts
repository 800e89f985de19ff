import type { At } from "./document.ts";
import type { Node } from "./node.ts";
import { quote } from "./quote.ts";

/** Longest value in a problem, in characters: it helps to find the place, the whole of it stands in the file. */
export const MAX_VALUE = 200;

/** A node and where it stands in its file. */
export type Spot = { readonly node: Node; readonly pointer: string };

export function atOf({ node, pointer }: Spot): At {
  return { place: node.place, pointer };
}

/** JSON Pointer of a child, RFC 6901. Very long keys are cut. */
export function pointerTo(pointer: string, key: string): string {
  return `${pointer}/${key.slice(0, MAX_VALUE).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** A value as written, where that is one text. */
export function writtenOf(node: Node): string {
  switch (node.kind) {
    case "scalar":
      return node.text;
    case "list":
      return node.items.length === 0 ? "[]" : "[…]";
    case "map":
      return node.entries.length === 0 ? "{}" : "{…}";
  }
}

/** A value for a sentence: "found …". */
export function describe(node: Node): string {
  switch (node.kind) {
    case "scalar":
      return `the ${typeof node.value === "string" ? "text" : typeof node.value} ${quote(node.text)}`;
    case "list":
      return "a list";
    case "map":
      return "a map";
  }
}
