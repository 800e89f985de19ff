import type { MapEntry, Node, Place } from "../policy/node.ts";
import type { Problem } from "../policy/problem.ts";
import type { Parsed } from "./parse.ts";

/** How the text of a document stands inside of a file, as a scalar of it. */
export type Wrapping =
  /** Line for line: so many lines below the file's first, and so many columns to the right. */
  | { readonly kind: "literal"; readonly lines: number; readonly columns: number }
  /** Folded or with escapes, so its lines are not those of the file; the scalar's place. */
  | { readonly kind: "hidden"; readonly line: number; readonly column: number };

/** What was read of the text alone, with the places that it has in the file. */
export function placeOutside({ root, problems, aliased }: Parsed, wrapping: Wrapping): Parsed {
  const moved = new Map<Node, Node>();
  return {
    root: root && moveNode(root, wrapping, moved),
    problems: problems.map((problem): Problem => ({ ...problem, ...movePlace(problem, wrapping) })),
    aliased,
  };
}

function movePlace({ file, line, column }: Place, wrapping: Wrapping): Place {
  switch (wrapping.kind) {
    case "literal":
      return { file, line: line + wrapping.lines, column: column + wrapping.columns };
    case "hidden":
      return { file, line: wrapping.line, column: wrapping.column, inner: { line, column } };
  }
}

/** What aliases share stays shared: `moved` holds what is done. */
function moveNode(node: Node, wrapping: Wrapping, moved: Map<Node, Node>): Node {
  const known = moved.get(node);
  if (known !== undefined) return known;
  const made = moveOwn(node, wrapping, moved);
  moved.set(node, made);
  return made;
}

function moveOwn(node: Node, wrapping: Wrapping, moved: Map<Node, Node>): Node {
  const place = movePlace(node.place, wrapping);
  switch (node.kind) {
    case "scalar":
      return { ...node, place };
    case "list":
      return { ...node, place, items: node.items.map((each) => moveNode(each, wrapping, moved)) };
    case "map":
      return { ...node, place, entries: node.entries.map((each) => move(each, wrapping, moved)) };
  }
}

function move(entry: MapEntry, wrapping: Wrapping, moved: Map<Node, Node>): MapEntry {
  const value = moveNode(entry.value, wrapping, moved);
  return { key: entry.key, place: movePlace(entry.place, wrapping), value };
}
