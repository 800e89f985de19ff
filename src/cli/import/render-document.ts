import { Document, isCollection, isMap, isScalar, isSeq, type YAMLMap } from "yaml";
import type { Difference } from "../../import/difference.ts";
import type { Imported } from "../../import/imported.ts";
import { POLICY_FIELDS } from "../../policy/fields.ts";
import { printable } from "../../policy/quote.ts";

const WIDTH = 100;

/** The document as an operator would write it, with what differs beside the policy that it is about. */
export function renderDocument(
  { document, differences }: Imported,
  kind: string,
  files: readonly string[],
): string {
  const policies = document.policies.map(inOrder);
  const written = new Document({ ...document, policies });
  const about = (name: string | undefined): string =>
    differences
      .filter(({ policy }) => policy === name)
      .map(comment)
      .join("\n");
  const title = paragraph(`Imported from ${kind}: ${files.join(", ")}`);
  written.commentBefore = [title, about(undefined)].filter((text) => text !== "").join("\n");
  const list = written.get("policies");
  for (const policy of isSeq<YAMLMap>(list) ? list.items : []) {
    const text = about(String(policy.get("name")));
    if (text !== "") policy.commentBefore = text;
  }
  flatten(written.contents);
  return written.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** The keys in the order in which the vocabulary has them. */
function inOrder(policy: object): object {
  const keys = Object.keys(POLICY_FIELDS);
  const rank = ([key]: readonly [string, unknown]): number => keys.indexOf(key);
  return Object.fromEntries(Object.entries(policy).toSorted((a, b) => rank(a) - rank(b)));
}

function comment({ place, text }: Difference): string {
  return paragraph(`${place === "" ? "/" : place}: ${text}`);
}

/** Lines of a comment; the first begins with a dash's worth of room, so that one sees where each begins. */
function paragraph(text: string): string {
  const lines: string[] = [];
  let line = " *";
  for (const word of printable(text).split(" ")) {
    if (line.length + word.length >= WIDTH) {
      lines.push(line);
      line = "  ";
    }
    line += ` ${word}`;
  }
  return [...lines, line].join("\n");
}

/** Short lists of texts, and the entries of `match`, stand on one line. */
function flatten(node: unknown): void {
  if (!isCollection(node)) return;
  const values = isMap(node) ? node.items.map(({ value }) => value) : node.items;
  const isShort = values.every(isScalar) && String(node).length < WIDTH;
  if (isSeq(node) && isShort) node.flow = true;
  for (const value of values) flatten(value);
}
