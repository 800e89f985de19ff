import { Document, isCollection, isMap, isScalar, isSeq, type YAMLMap } from "yaml";
import type { Difference } from "../../import/difference.ts";
import type { Imported } from "../../import/imported.ts";
import { printable } from "../../policy/quote.ts";
import { POLICY_FIELDS } from "../../policy/vocabulary/policy-fields.ts";

/** Of a line, in characters. */
const WIDTH = 100;

/** The document as an operator would write it, with what differs beside the policy that it is about. */
export function renderDocument(
  { document, differences }: Imported,
  kind: string,
  files: readonly string[],
): string {
  const policies = document.policies.map(inOrder);
  const written = new Document({ ...document, policies }, { aliasDuplicateObjects: false });
  const about = (name: string | undefined): readonly string[] =>
    differences.filter(({ policy }) => policy === name).map(comment);
  const title = paragraph(" ", `Imported from ${kind}: ${files.join(", ")}`);
  written.commentBefore = [title, ...about(undefined)].join("\n");
  const list = written.get("policies");
  for (const policy of isSeq<YAMLMap>(list) ? list.items : []) {
    const texts = about(String(policy.get("name")));
    if (texts.length > 0) policy.commentBefore = texts.join("\n");
  }
  layOut(written.contents, 0);
  return written.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** The keys in the order in which the vocabulary has them. */
function inOrder(policy: object): object {
  const keys = Object.keys(POLICY_FIELDS);
  const rank = ([key]: readonly [string, unknown]): number => keys.indexOf(key);
  return Object.fromEntries(Object.entries(policy).toSorted((a, b) => rank(a) - rank(b)));
}

function comment({ place, text }: Difference): string {
  return paragraph(" - ", `${place === "" ? "/" : place}: ${text}`);
}

/** Lines of a comment. */
function paragraph(mark: string, text: string): string {
  const lines: string[] = [];
  let line = mark;
  for (const word of printable(text).split(" ")) {
    const isFull = line.length + word.length > WIDTH && line !== mark;
    if (isFull) lines.push(line);
    line = isFull
      ? `${" ".repeat(mark.length)}${word}`
      : `${line}${line === mark ? "" : " "}${word}`;
  }
  return [...lines, line].join("\n");
}

/** Fields of policies, applications and groups. */
const FIELD_DEPTH = 3;

/** Puts what is short on one line, and expressions into the quotes in which a backslash is one. */
function layOut(node: unknown, depth: number): void {
  if (isScalar(node) && String(node.value).includes("\\")) node.type = "QUOTE_SINGLE";
  if (!isCollection(node)) return;
  if (depth >= FIELD_DEPTH && JSON.stringify(node).length < WIDTH - 20) node.flow = true;
  const values = isMap(node) ? node.items.map(({ value }) => value) : node.items;
  for (const value of values) layOut(value, depth + 1);
}
