import { type Problem, sentenceOf } from "../../policy/problem.ts";
import { repositoryPath } from "./repository-path.ts";

/**
 * Problems as workflow commands of GitHub Actions, which shows them at their lines:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function githubReport(problems: readonly Problem[], folder: string): string {
  return problems.map((problem) => `${command(problem, folder)}\n`).join("");
}

function command(problem: Problem, folder: string): string {
  const { severity, file, line, column, code } = problem;
  const path = repositoryPath(file, folder);
  const place = path === "" ? [] : [["file", path] as const, ["line", line], ["col", column]];
  const properties = [...place, ["title", `corsd ${code}`]]
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
    .join(",");
  return `::${severity} ${properties}::${escapeData(sentenceOf(problem))}`;
}

/** As the runner undoes it; without it a line end would begin another command. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
