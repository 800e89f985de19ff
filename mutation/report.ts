import { relative } from "node:path";
import type { Mutant } from "./mutate.ts";
import type { Score } from "./score.ts";

/** A table in Markdown with a row for each room. */
export function tableOf(scores: ReadonlyMap<string, Score>): string {
  const rows = [...scores].map(
    ([name, { percent, killed, timedOut, survived, uncovered, ignored, invalid }]) =>
      `| ${[name, `${percent.toFixed(1)} %`, killed, timedOut, survived, uncovered, ignored, invalid].join(" | ")} |`,
  );
  return [
    "| room | score | killed | timed out | survived | uncovered | ignored | invalid |",
    "|---|---|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

/** A line for each mutant that no test noticed: where it is, and what stood there instead. In order of place. */
export function unnoticed(mutants: readonly Mutant[], root: string): readonly string[] {
  return mutants
    .filter(({ status }) => status === "Survived" || status === "NoCoverage")
    .map(({ fileName, location, status, mutatorName, replacement }) => ({
      file: relative(root, fileName),
      line: location.start.line,
      column: location.start.column,
      words: `${status} ${mutatorName}: ${replacement.replace(/\s+/g, " ")}`,
    }))
    .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line))
    .map(({ file, line, column, words }) => `${file}:${line}:${column} ${words}`);
}
