import { err } from "../../cors/result.ts";
import {
  type PolicyDocument,
  PRESETS,
  type Written,
  type WrittenApplication,
  type WrittenGroup,
  type WrittenPolicy,
} from "../document.ts";
import type { Libraries } from "../libraries.ts";
import type { Node } from "../node.ts";
import type { Problem } from "../problem.ts";
import { atOf, type Spot } from "../spot.ts";
import { DOCUMENT_FIELDS } from "../vocabulary/document-fields.ts";
import { decodeApplication } from "./decode-application.ts";
import { decodeGroup } from "./decode-group.ts";
import { decodePolicy } from "./decode-policy.ts";
import { Reader } from "./reader.ts";
import { checkReferences, keepFirsts } from "./references.ts";

/** A file whose text could be read. */
export type FileNode = { readonly file: string; readonly root: Node };

export type Decoded = {
  readonly document: PolicyDocument;
  /** Errors only, in the order found. */
  readonly problems: readonly Problem[];
};

/**
 * Reads a policy document from its files, in their order, and says everything that is wrong with it by the text alone.
 * Where there are problems the document holds what could be read, with nothing in place of what could not. `complete`:
 * these are all of its files; otherwise a name that is not there may stand in another one.
 */
export function decodeDocument(
  files: readonly FileNode[],
  libraries: Libraries,
  complete = true,
): Decoded {
  const reader = new Reader();
  const frugal = { ...libraries, compileExpression: frugally(libraries.compileExpression) };
  const parts = files.map(({ root }) => decodeFile(reader, root, frugal));
  const policies = parts.map((part) => part.policies);
  const groups = parts.map((part) => part.groups);
  const [first] = parts;
  if (first !== undefined && complete && policies.every(isBare)) reportNoPolicies(reader, first);
  const document = checkReferences(
    reader,
    {
      policies: keepFirsts(reader, policies.flatMap(itemsOf)),
      applications: keepFirsts(
        reader,
        parts.flatMap((part) => part.applications.items),
      ),
      groups: groups.every((each) => each.spot === undefined)
        ? undefined
        : keepFirsts(reader, groups.flatMap(itemsOf)),
    },
    { policies: complete && policies.every(isWhole), groups: complete && groups.every(isWhole) },
  );
  return { document, problems: reader.problems };
}

/**
 * Most RE2 instructions compiled for one document, those of refused expressions included: tens of thousands of ordinary
 * expressions have fewer, and compiling as many takes seconds.
 */
export const MAX_DOCUMENT_INSTRUCTIONS = 2_000_000;

/** Stops compiling where a document has spent its instructions. */
function frugally(compile: Libraries["compileExpression"]): Libraries["compileExpression"] {
  let spent = 0;
  return (source) => {
    if (spent > MAX_DOCUMENT_INSTRUCTIONS) return err("the document has too many expressions");
    const compiled = compile(source);
    if (compiled.ok) spent += compiled.value.instructions;
    return compiled;
  };
}

type Named = { readonly name: Written<string> };

/** One top-level list of one file; `whole`: all of it could be read, names included. */
type Section<T> = {
  readonly spot: Spot | undefined;
  readonly items: readonly T[];
  readonly whole: boolean;
};

type Part = {
  readonly root: Spot;
  readonly policies: Section<WrittenPolicy>;
  readonly applications: Section<WrittenApplication>;
  readonly groups: Section<WrittenGroup>;
};

function decodeFile(reader: Reader, node: Node, libraries: Libraries): Part {
  const root: Spot = { node, pointer: "" };
  const keys = reader.object(root, DOCUMENT_FIELDS);
  if (keys === undefined) {
    const unread = { spot: undefined, items: [], whole: false };
    return { root, policies: unread, applications: unread, groups: unread };
  }
  reader.whole(keys.get("version"), { min: 1, max: 1 });
  const preset = reader.choice(keys.get("preset"), PRESETS)?.value ?? "strict";
  return {
    root,
    policies: decodeSection(reader, keys.get("policies"), (each) =>
      decodePolicy(reader, each, preset, libraries),
    ),
    applications: decodeSection(reader, keys.get("applications"), (each) =>
      decodeApplication(reader, each, libraries),
    ),
    groups: decodeSection(reader, keys.get("apiGroups"), (each) =>
      decodeGroup(reader, each, libraries),
    ),
  };
}

function decodeSection<T extends Named>(
  reader: Reader,
  spot: Spot | undefined,
  decode: (spot: Spot) => T | undefined,
): Section<T> {
  if (spot === undefined) return { spot, items: [], whole: true };
  const spots = reader.list(spot);
  if (spots === undefined) return { spot, items: [], whole: false };
  const items = spots.flatMap((each) => decode(each) ?? []);
  const whole = items.length === spots.length && items.every(({ name }) => name.value !== "");
  return { spot, items, whole };
}

function itemsOf<T>({ items }: Section<T>): readonly T[] {
  return items;
}

function isWhole({ whole }: Section<unknown>): boolean {
  return whole;
}

function isBare({ items, whole }: Section<unknown>): boolean {
  return whole && items.length === 0;
}

function reportNoPolicies(reader: Reader, { root, policies }: Part): void {
  reader.report(atOf(policies.spot ?? root), {
    code: "policies-missing",
    value: "",
    message: "there is no policy in the document",
    fix: "add one under `policies`",
  });
}
