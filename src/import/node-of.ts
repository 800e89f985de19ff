import type { Node } from "../policy/node.ts";
import { isObject } from "./json-value.ts";

const PLACE = { file: "", line: 1, column: 1 } as const;

/** A document that stands in no file yet, as a parsed one. Its texts, numbers and flags are those of YAML and JSON. */
export function nodeOf(value: unknown): Node {
  if (Array.isArray(value)) return { kind: "list", place: PLACE, items: value.map(nodeOf) };
  if (isObject(value)) {
    const entries = Object.entries(value).map(([key, each]) => {
      return { key, place: PLACE, value: nodeOf(each) };
    });
    return { kind: "map", place: PLACE, entries };
  }
  const scalar = value as string | number | boolean;
  return { kind: "scalar", place: PLACE, value: scalar, text: String(scalar) };
}
