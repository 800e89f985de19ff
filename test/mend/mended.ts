import type { Request } from "../../src/cors/request.ts";
import type { Change } from "../../src/mend/changes.ts";
import { type Mend, mend } from "../../src/mend/mend.ts";
import { libraries } from "../../src/source/libraries.ts";
import { compileObject } from "../policy/compile-object.ts";

export function mended(document: object, requests: readonly Request[]): Mend {
  const { resolved, snapshot, problems } = compileObject(document);
  if (snapshot === undefined) throw new Error(JSON.stringify(problems));
  return mend({ document: resolved, snapshot, libraries }, requests);
}

export type Changed = Extract<Mend, { kind: "change" }>;

export function changeOf(document: object, requests: readonly Request[]): Changed {
  const mend = mended(document, requests);
  if (mend.kind !== "change") throw new Error(JSON.stringify(mend));
  return mend;
}

/** The document with the changes made, each as RFC 6902's `add`. */
export function applied(document: object, changes: readonly Change[]): object {
  const copy: unknown = structuredClone(document);
  for (const { pointer, value } of changes) {
    const keys = pointer.slice(1).split("/");
    const last = keys.pop() as string;
    const parent = keys.reduce((node, key) => (node as Record<string, unknown>)[key], copy);
    if (last === "-") (parent as unknown[]).push(value);
    else (parent as Record<string, unknown>)[last] = value;
  }
  return copy as object;
}
