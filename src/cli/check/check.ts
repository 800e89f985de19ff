import { type Problem, plainProblem, renderProblem } from "../../policy/problem.ts";
import { examine, type Loaded, readContents } from "../../source/examine.ts";
import { EXIT } from "../exit-code.ts";
import type { Output } from "../output.ts";

export type CheckFlags = { readonly strict?: boolean; readonly json?: boolean };

/** `corsd check`: every error and warning of the documents. */
export async function checkCommand(
  paths: readonly string[],
  flags: CheckFlags,
  output: Output,
): Promise<number> {
  const { problems, loaded } = examine(await readContents(paths));
  if (flags.json === true) {
    output.out(`${JSON.stringify({ problems: problems.map(plainProblem) }, null, 2)}\n`);
  } else {
    for (const problem of problems) output.out(`${renderProblem(problem)}\n`);
    output.out(`${summary(problems, loaded)}\n`);
  }
  const isFine = loaded !== undefined && !(flags.strict === true && problems.length > 0);
  return isFine ? EXIT.fine : EXIT.failed;
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
