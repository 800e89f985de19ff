import { styleText } from "node:util";
import type { Answer, Case, Probe } from "../../conformance/case.ts";
import type { AnswerDifference, Finding } from "../../conformance/judge.ts";
import type { Result } from "../../cors/result.ts";
import { printable } from "../../policy/quote.ts";

/** What came of one case. */
export type Judged = {
  readonly case: Case;
  readonly answer: Result<Answer, string>;
  readonly findings: readonly Finding[];
};

export type Compared = {
  readonly case: Case;
  /** Why answers did not come. */
  readonly failures: readonly string[];
  readonly differences: readonly AnswerDifference[];
};

export function judgedReport(judged: readonly Judged[], json: boolean, colored: boolean): string {
  const failed = judged.filter(({ answer, findings }) => !answer.ok || findings.length > 0).length;
  if (json) {
    return inJson({ passed: judged.length - failed, failed, cases: judged.map(plainJudged) });
  }
  const paint = (color: "green" | "red", text: string): string =>
    colored ? styleText(color, text, { validateStream: false }) : text;
  const lines = judged.flatMap(({ case: { name, probe }, answer, findings }) => {
    const isGood = answer.ok && findings.length === 0;
    const head = `${paint(isGood ? "green" : "red", isGood ? "ok    " : "failed")}  ${name}`;
    if (isGood) return [head];
    const why = answer.ok ? [] : [`          no answer: ${printable(answer.error)}`];
    return [head, ...sent(probe), ...why, ...findings.flatMap(findingLines)];
  });
  const summary = `${judged.length} cases, ${failed === 0 ? "all as expected" : `${failed} failed`}`;
  return `${[...lines, "", paint(failed === 0 ? "green" : "red", summary)].join("\n")}\n`;
}

export function comparedReport(compared: readonly Compared[], json: boolean): string {
  const shown = compared.filter(
    ({ failures, differences }) => failures.length + differences.length > 0,
  );
  if (json) return inJson({ cases: compared.length, differ: shown.map(plainCompared) });
  const lines = shown.flatMap(({ case: { name, probe }, failures, differences }) => [
    name,
    ...sent(probe),
    ...failures.map((failure) => `          no answer: ${printable(failure)}`),
    ...differences.flatMap(({ what, first: one, second: other }) => [
      `          ${what}`,
      `            first   ${value(one)}`,
      `            second  ${value(other)}`,
    ]),
  ]);
  const summary =
    shown.length === 0
      ? `${compared.length} cases, answered alike`
      : `${compared.length} cases, ${shown.length} answered differently`;
  return `${[...lines, ...(shown.length === 0 ? [] : [""]), summary].join("\n")}\n`;
}

function sent({ method, headers }: Probe): readonly string[] {
  const lines = headers.map(([name, text]) => `${name}: ${text}`.trimEnd());
  return [`          sent      ${[method, ...lines].join(" | ")}`];
}

function findingLines({ rule, cite, expected, came }: Finding): readonly string[] {
  return [
    `          ${rule} (${cite})`,
    `            expected  ${value(expected)}`,
    `            came      ${value(came)}`,
  ];
}

function value(text: string): string {
  return text === "" ? "(none)" : printable(text);
}

function plainJudged({ case: { name, probe }, answer, findings }: Judged): object {
  return {
    name,
    passed: answer.ok && findings.length === 0,
    sent: probe,
    answer: answer.ok ? answer.value : null,
    failure: answer.ok ? null : answer.error,
    findings: findings.map(({ rule, cite, expected, came }) => ({ rule, cite, expected, came })),
  };
}

function plainCompared({ case: { name, probe }, failures, differences }: Compared): object {
  return { name, sent: probe, failures, differences };
}

function inJson(report: object): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
