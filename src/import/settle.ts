import { judgeDocument } from "../policy/compile.ts";
import type { Libraries } from "../policy/libraries.ts";
import type { Problem } from "../policy/problem.ts";
import type { Difference } from "./difference.ts";
import type { Imported } from "./imported.ts";
import { isObject } from "./json-value.ts";
import { nodeOf } from "./node-of.ts";
import type { WrittenDocument } from "./written-document.ts";

/**
 * Takes out of an imported document what `corsd check` refuses, and says so: expressions that RE2 does not take, and what
 * would let strangers act with credentials. So every import passes the check, and admits less rather than more.
 */
export function settle({ document, differences }: Imported, libraries: Libraries): Imported {
  const errors = judgeDocument([{ file: "", root: nodeOf(document) }], libraries).problems.filter(
    ({ severity }) => severity === "error",
  );
  if (errors.length === 0) return { document, differences };
  const repairs = errors.map((problem) => repairOf(problem, document));
  // Entries before the lists that they stand in, lists before their policies.
  const settled = repairs
    .toSorted((a, b) => b.path.length - a.path.length)
    .reduce((rest: unknown, { path, value }) => replaced(rest, path, value), document);
  const said = new Map(
    [...differences, ...repairs.map(({ difference }) => difference)].map(byText),
  );
  const cleaned = withoutGaps(settled) as WrittenDocument;
  return settle({ document: cleaned, differences: [...said.values()] }, libraries);
}

function byText(difference: Difference): [string, Difference] {
  return [JSON.stringify(difference), difference];
}

type Repair = {
  readonly path: readonly string[];
  /** What takes the place; {@link GAP} for nothing. */
  readonly value: unknown;
  readonly difference: Difference;
};

/** Marks what is taken out, so that the places of what stands behind it hold until all repairs are made. */
const GAP: unique symbol = Symbol("gap");

// Below these a part has no meaning of its own: a match without its host would match more.
const WHOLE_PARTS = 4;

function repairOf({ pointer, code, message }: Problem, document: WrittenDocument): Repair {
  const path = pointer.split("/").slice(1, 1 + WHOLE_PARTS);
  const [section = "", index = ""] = path;
  const name = nameAt(document, section, Number(index));
  const policy = section === "policies" ? name : undefined;
  const difference = (text: string): Difference => {
    return { place: `${section} ${name}`, policy, text: `${message}; ${text}` };
  };
  if (code === "origin-any-credentials" && policy !== undefined) {
    // Without credentials `*` lets strangers read what anybody may read.
    return {
      path: [section, index, "allowCredentials"],
      value: false,
      difference: difference("credentials are no longer allowed"),
    };
  }
  // A list that is left out would be the preset's default, which may be open.
  const value = path.length === 3 && isList(document, path) ? [] : GAP;
  return { path, value, difference: difference("it is left out") };
}

function nameAt(document: WrittenDocument, section: string, index: number): string {
  const items = (document as Readonly<Record<string, unknown>>)[section];
  return String((items as readonly { readonly name: string }[]).map(({ name }) => name)[index]);
}

function isList(document: WrittenDocument, path: readonly string[]): boolean {
  const found = path.reduce((at: unknown, key) => (at as Record<string, unknown>)[key], document);
  return Array.isArray(found) || found === "*";
}

/** The value with another one at the path, which exists. */
function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.with(Number(key), replaced(value[Number(key)], rest, by));
  const owner = value as Readonly<Record<string, unknown>>;
  return { ...owner, [key]: replaced(owner[key], rest, by) };
}

function withoutGaps(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((each) => each !== GAP).map(withoutGaps);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, each]) => each !== GAP);
  return Object.fromEntries(kept.map(([key, each]) => [key, withoutGaps(each)]));
}
