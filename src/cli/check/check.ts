import { type Problem, plainProblem, renderProblem } from "../../policy/problem.ts";
import { examine, type Loaded } from "../../source/examine.ts";
import { readDocuments } from "../../source/manifest.ts";
import { EXIT } from "../exit-code.ts";
import type { Output } from "../output.ts";
import { programVersion } from "../version.ts";
import type { CheckFormat } from "./format.ts";
import { githubReport } from "./github-report.ts";
import { sarifReport } from "./sarif-report.ts";

export type CheckFlags = {
  readonly strict?: boolean;
  /** Short for the format `json`. */
  readonly json?: boolean;
  readonly format?: CheckFormat;
};

/** `corsd check`: every error and warning of the documents. */
export async function checkCommand(
  paths: readonly string[],
  flags: CheckFlags,
  output: Output,
): Promise<number> {
  const { problems, loaded } = examine(await readDocuments(paths));
  output.out(report(flags.json === true ? "json" : (flags.format ?? "text"), problems, loaded));
  const isFine = loaded !== undefined && !(flags.strict === true && problems.length > 0);
  return isFine ? EXIT.fine : EXIT.failed;
}

function report(
  format: CheckFormat,
  problems: readonly Problem[],
  loaded: Loaded | undefined,
): string {
  const folder = process.cwd();
  switch (format) {
    case "text":
      return [...problems.map(renderProblem), summary(problems, loaded), ""].join("\n");
    case "json":
      return inJson({ problems: problems.map(plainProblem) });
    case "sarif":
      return inJson(sarifReport(problems, { version: programVersion(), folder }));
    case "github":
      return `${githubReport(problems, folder)}${summary(problems, loaded)}\n`;
  }
}

function inJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function summary(problems: readonly Problem[], loaded: Loaded | undefined): string {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  const found = [
    ...(errors > 0 ? [count(errors, "error")] : []),
    ...(warnings > 0 ? [count(warnings, "warning")] : []),
  ].join(", ");
  if (loaded === undefined) return found;
  const { policies, groups } = loaded.document;
  // Without apiGroups everything is one group.
  const size = `${count(policies.length, "policy", "policies")}, ${count(groups?.length ?? 1, "group")}`;
  return found === "" ? `fine: ${size}` : `${found}: ${size}`;
}

function count(number: number, one: string, many: string = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
