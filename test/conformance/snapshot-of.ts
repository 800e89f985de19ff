import type { Snapshot } from "../../src/cors/snapshot.ts";
import { compileDocument } from "../../src/policy/compile.ts";
import { renderProblem } from "../../src/policy/problem.ts";
import { libraries } from "../../src/source/libraries.ts";
import { parseBytes } from "../../src/source/parse.ts";
import type { ConformanceCase } from "./case.ts";

const compiled = new Map<string, Snapshot>();

/** The text of a case's document, as it would stand in a file. */
export function documentText({ document }: ConformanceCase): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** The running form of a case's document. Throws, with the problems, where it is not accepted. */
export function snapshotOf(given: ConformanceCase): Snapshot {
  const text = documentText(given);
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const file = "policies.json";
  const { root, problems: faults } = parseBytes(file, Buffer.from(text));
  const files = root === undefined ? [] : [{ file, root }];
  const { snapshot, problems } = compileDocument(files, "1", libraries);
  if (snapshot === undefined) {
    const lines = [...faults, ...problems].map(renderProblem);
    throw new Error(`${given.name}: ${lines.join("\n")}`);
  }
  compiled.set(text, snapshot);
  return snapshot;
}
