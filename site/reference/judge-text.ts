import { compileDocument } from "../../src/policy/compile.ts";
import type { Problem } from "../../src/policy/problem.ts";
import type { ResolvedDocument } from "../../src/policy/resolve-document.ts";
import { libraries } from "../../src/source/libraries.ts";
import { parseBytes } from "../../src/source/parse.ts";

/** What `corsd check policies.yaml` finds in a document with this text. */
export function judgeText(text: string): {
  readonly problems: readonly Problem[];
  readonly resolved: ResolvedDocument;
} {
  const file = "policies.yaml";
  const { root, problems } = parseBytes(file, new TextEncoder().encode(text));
  const files = root === undefined ? [] : [{ file, root }];
  const compiled = compileDocument(files, "reference", libraries, root !== undefined);
  return { problems: [...problems, ...compiled.problems], resolved: compiled.resolved };
}
