import type { TestResult } from "../../expectation/judge.ts";
import { type FileRun, untouchedLine } from "./file-run.ts";
import { shown } from "./text-report.ts";

/** JUnit XML as most pipelines read it: a suite for each file, a case for each test. */
export function junitReport(runs: readonly FileRun[], strict: boolean): string {
  const suites = runs.map((run) => suite(run, strict));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element("testsuites", { name: "corsd test" }, suites)}`;
}

function suite(run: FileRun, strict: boolean): string {
  const untouched = strict ? untouchedLine(run) : undefined;
  const cases = [
    ...run.results.map((result) => testCase(run.file, result)),
    ...(untouched === undefined ? [] : [coverageCase(run.file, untouched)]),
  ];
  const failed = run.results.filter(({ mismatches }) => mismatches.length > 0).length;
  const failures = failed + (untouched === undefined ? 0 : 1);
  return element("testsuite", { name: run.file, tests: cases.length, failures, errors: 0 }, cases);
}

function testCase(file: string, { test, mismatches, explanation }: TestResult): string {
  const { line } = test.at.place;
  const attributes = { name: test.name, classname: file, file, line };
  if (mismatches.length === 0) return element("testcase", attributes, []);
  const lines = mismatches.map(
    ({ name, expected, actual }) =>
      `${name}: expected ${shown(expected)}, decided ${shown(actual)}`,
  );
  const steps = explanation.steps.map((step, at) => `${at + 1}. ${step}`);
  const message = lines.join("; ");
  return element("testcase", attributes, [
    element("failure", { message, type: "mismatch" }, [escaped([...lines, ...steps].join("\n"))]),
  ]);
}

function coverageCase(file: string, line: string): string {
  const attributes = { name: "every policy and group has a test", classname: file, file };
  return element("testcase", attributes, [
    element("failure", { message: line, type: "coverage" }, []),
  ]);
}

function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly string[],
): string {
  const pairs = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escaped(`${value}`)}"`,
  );
  const content = children.join("");
  const open = `<${name}${pairs.join("")}`;
  return content === "" ? `${open}/>\n` : `${open}>\n${content.trimEnd()}\n</${name}>\n`;
}

// What XML 1.0 has no way to write (https://www.w3.org/TR/xml/#charsets).
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const UNWRITABLE = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Cs}/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

function escaped(text: string): string {
  return text
    .replaceAll(UNWRITABLE, "\ufffd")
    .replaceAll(/[&<>"]/g, (each) => ENTITIES[each] ?? each);
}
