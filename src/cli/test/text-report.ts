import { styleText } from "node:util";
import type { TestResult } from "../../expectation/judge.ts";
import { printable } from "../../policy/quote.ts";
import { type FileRun, untouchedLine } from "./file-run.ts";

type Paint = (color: "red" | "green" | "yellow" | "dim", text: string) => string;

/** For people: each test that is not as expected, with what was decided and why, and a summary. */
export function textReport(runs: readonly FileRun[], strict: boolean, colored: boolean): string {
  const paint: Paint = (color, text) =>
    colored ? styleText(color, text, { validateStream: false }) : text;
  const results = runs.flatMap((run) => run.results);
  const failed = results.filter(({ mismatches }) => mismatches.length > 0);
  const hints = runs.flatMap((run) => {
    const line = untouchedLine(run);
    return line === undefined ? [] : [`${run.file}: ${line}`];
  });
  const count = `${results.length} ${results.length === 1 ? "test" : "tests"}`;
  const isGood = failed.length === 0;
  return [
    ...failed.flatMap((result) => failure(result, paint)),
    ...hints.map((line) => paint(strict ? "red" : "yellow", line)),
    isGood
      ? paint("green", `${count}, all as expected`)
      : paint("red", `${count}, ${failed.length} failed`),
    "",
  ].join("\n");
}

function failure({ test, mismatches, explanation }: TestResult, paint: Paint): readonly string[] {
  const { file, line, column } = test.at.place;
  return [
    `${paint("red", "failed")}  ${printable(test.name)}`,
    `        ${file}:${line}:${column}`,
    ...mismatches.flatMap(({ name, expected, actual }) => [
      `  ${name}`,
      paint("green", `    expected  ${shown(expected)}`),
      paint("red", `    decided   ${shown(actual)}`),
    ]),
    ...explanation.steps.map((step, at) =>
      paint("dim", `  ${String(at + 1).padStart(2)}. ${step}`),
    ),
    "",
  ];
}

/** A value for people; what is not there is no text that could be one. */
export function shown(value: string | undefined): string {
  if (value === undefined) return "(none)";
  return value === "" ? '""' : printable(value);
}
