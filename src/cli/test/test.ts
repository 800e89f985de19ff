import { dirname, resolve } from "node:path";
import { decodeTestFile, type Test } from "../../expectation/decode-test-file.ts";
import { judgeTest, untouchedBy } from "../../expectation/judge.ts";
import { compileSnapshot } from "../../policy/compile.ts";
import type { Node } from "../../policy/node.ts";
import { type Problem, renderProblem } from "../../policy/problem.ts";
import type { ProblemCode } from "../../policy/problem-code.ts";
import { type Attempt, examine } from "../../source/examine.ts";
import { parseFiles, readFiles } from "../../source/load.ts";
import { readDocuments } from "../../source/manifest.ts";
import { EXIT } from "../exit-code.ts";
import type { Output } from "../output.ts";
import { type FileRun, isPassed } from "./file-run.ts";
import type { TestFormat } from "./format.ts";
import { jsonReport } from "./json-report.ts";
import { junitReport } from "./junit-report.ts";
import { textReport } from "./text-report.ts";

export type TestFlags = {
  readonly policy?: readonly string[];
  readonly only?: string;
  readonly requireCoverage?: boolean;
  readonly format?: TestFormat;
};

/** `corsd test`: whether documents decide as their users expect. */
export async function testCommand(
  paths: readonly string[],
  flags: TestFlags,
  output: Output,
): Promise<number> {
  const planned = await plan(paths, flags.policy);
  if (planned.problems.length > 0) {
    for (const problem of planned.problems) output.err(`${renderProblem(problem)}\n`);
    return EXIT.failed;
  }
  const runs = planned.files.map((file) => run(file, flags.only ?? ""));
  if (runs.every(({ results }) => results.length === 0)) {
    output.err(`error: no test has \`${flags.only}\` in its name\n`);
    return EXIT.usage;
  }
  const strict = flags.requireCoverage === true;
  output.out(report(flags.format ?? "text", runs, strict, output.isTerminal));
  return runs.every((each) => isPassed(each, strict)) ? EXIT.fine : EXIT.failed;
}

type Planned = {
  readonly file: string;
  readonly tests: readonly Test[];
  readonly attempt: Attempt;
};

/** Reads every file, and the documents that they name. */
async function plan(
  paths: readonly string[],
  named: readonly string[] | undefined,
): Promise<{ readonly files: readonly Planned[]; readonly problems: readonly Problem[] }> {
  const read = parseFiles(await readFiles(paths));
  const problems = [...read.problems];
  const files: Planned[] = [];
  const attempts = new Map<string, Attempt>();
  for (const { file, root } of read.files) {
    const decoded = decodeTestFile(root);
    problems.push(...decoded.problems);
    const own = decoded.policies.map(({ value }) => resolve(dirname(file), value));
    const documents = named ?? own;
    if (documents.length === 0) {
      if (decoded.problems.length === 0) problems.push(noPolicy(root));
      continue;
    }
    const key = JSON.stringify(documents);
    const known = attempts.get(key);
    const attempt = known ?? examine(await readDocuments(documents));
    attempts.set(key, attempt);
    if (known === undefined && attempt.loaded === undefined) problems.push(...attempt.problems);
    files.push({ file, tests: decoded.tests, attempt });
  }
  return { files, problems };
}

function noPolicy({ place }: Node): Problem {
  return {
    ...place,
    pointer: "",
    severity: "error",
    code: "missing-key" satisfies ProblemCode,
    value: "",
    message: "no policy document is named",
    fix: "add `policy` here, or give `--policy`",
  };
}

function run({ file, tests, attempt: { loaded, digest } }: Planned, only: string): FileRun {
  // With an error the documents have been reported, and nothing is run.
  if (loaded === undefined) throw new Error(`${file} has no document to run on`);
  const snapshot = compileSnapshot(loaded.resolved, digest);
  const chosen = tests.filter(({ name }) => name.includes(only));
  const results = chosen.map((test) => judgeTest(snapshot, test));
  // Of a choice of tests it would say nothing.
  const untouched = only === "" ? untouchedBy(loaded.resolved, results) : NOTHING;
  return { file, results, untouched };
}

const NOTHING: FileRun["untouched"] = { policies: [], groups: [] };

function report(
  format: TestFormat,
  runs: readonly FileRun[],
  strict: boolean,
  colored: boolean,
): string {
  switch (format) {
    case "text":
      return textReport(runs, strict, colored);
    case "json":
      return jsonReport(runs);
    case "junit":
      return junitReport(runs, strict);
  }
}
