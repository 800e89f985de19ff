import { decodeTestFile, type TestFile } from "../../src/expectation/decode-test-file.ts";
import { renderProblem } from "../../src/policy/problem.ts";
import { parseText } from "../../src/source/parse.ts";

/** A test file that was read from its text. */
export function decodedTests(text: string): TestFile {
  const { root, problems } = parseText("t.yaml", text);
  if (root === undefined || problems.length > 0)
    throw new Error(problems.map(renderProblem).join());
  return decodeTestFile(root);
}

/** What is wrong with it, a line each. */
export function problemsOf(text: string): readonly string[] {
  return decodedTests(text).problems.map(renderProblem);
}
