import { createRequire } from "node:module";
import { relative } from "node:path";
import { pathToFileURL } from "node:url";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { githubReport } from "../../src/cli/check/github-report.ts";
import { repositoryPath } from "../../src/cli/check/repository-path.ts";
import { sarifReport } from "../../src/cli/check/sarif-report.ts";
import { programVersion } from "../../src/cli/version.ts";
import type { Problem } from "../../src/policy/problem.ts";
import { PROBLEM_CODES } from "../../src/policy/problem-code.ts";
import { policyFiles } from "./policy-files.ts";
import { runCorsd } from "./run-corsd.ts";

// The schema is that of SARIF 2.1.0 as published with Microsoft's SDK. It is written in draft 4 of JSON Schema, of which
// it uses nothing that later drafts read differently; its own name and version would make the validator look for draft 4.
const {
  $schema: _,
  id: __,
  ...SARIF
} = createRequire(import.meta.url)("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
ajv.addFormat("uri", /^[a-z][a-z0-9+.-]*:[^\s]*$/i);
ajv.addFormat("uri-reference", /^(?:[A-Za-z0-9._~!$&'()*+,;=:@/?#-]|%[0-9A-F]{2})*$/i);
ajv.addFormat("date-time", true);
const isSarif = ajv.compile(SARIF);

type Run = {
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
  readonly invocations: readonly { readonly executionSuccessful: boolean }[];
  readonly results: readonly {
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly level: string;
    readonly locations: readonly unknown[];
    readonly partialFingerprints: Readonly<Record<string, string>>;
  }[];
};

function runOf(report: unknown): Run {
  expect(isSarif(report), JSON.stringify(isSarif.errors)).toBe(true);
  const { runs } = report as { runs: readonly Run[] };
  expect(runs).toHaveLength(1);
  return runs[0] as Run;
}

const BAD = `
policies:
  - name: web
    allowOrigins: [https://app.example.com/, "http://10.0.0.1"]
    allowMethods: [GET, G T]
    allowCredentials: true
`;

const WRAPPED = `apiVersion: v1
kind: ConfigMap
data:
  p.yaml: |
    policies:
      - name: web
        allowOrigins: [https://app.example.com/]
`;

const PROBLEM: Problem = {
  file: "a.yaml",
  line: 3,
  column: 7,
  pointer: "/policies/0/name",
  severity: "error",
  code: "name-invalid",
  value: "x",
  message: "`x` is no name",
  fix: "write `y`",
};

const CODES: readonly string[] = PROBLEM_CODES;

const HERE = { version: "1.2.3", folder: "/repo" };

describe("--format sarif", () => {
  const file = policyFiles({ "bad one.yaml": BAD, "wrapped.yaml": WRAPPED });

  test("the validator knows what SARIF is not", () => {
    const report = sarifReport([PROBLEM], HERE) as { runs: readonly [Run] };
    expect(isSarif(report)).toBe(true);
    expect(isSarif({ ...report, version: "2.0.0" })).toBe(false);
    const [run] = report.runs;
    expect(isSarif({ ...report, runs: [{ ...run, results: [{ level: "fatal" }] }] })).toBe(false);
    expect(isSarif({ ...report, other: 1 })).toBe(false);
  });

  test("is SARIF 2.1.0, with a result for each problem at its place", async () => {
    const path = file("bad one.yaml");
    const { code, out, err } = await runCorsd(["check", path, "--format", "sarif"]);
    expect({ code, err }).toEqual({ code: 1, err: "" });
    const run = runOf(JSON.parse(out));
    expect(run.tool.driver).toMatchObject({ name: "corsd", version: programVersion() });
    expect(run.tool.driver.rules.map(({ id }) => id)).toEqual(PROBLEM_CODES);
    const { problems } = JSON.parse((await runCorsd(["check", path, "--json"])).out) as {
      problems: readonly Problem[];
    };
    expect(problems.map(({ severity }) => severity)).toContain("warning");
    expect(run.results).toMatchObject(
      problems.map(({ code: ruleId, severity, line, column, message, fix, pointer, value }) => ({
        ruleId,
        ruleIndex: CODES.indexOf(ruleId),
        level: severity,
        message: { text: `${message}; ${fix}` },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: pathToFileURL(path).href },
              region: { startLine: line, startColumn: column },
            },
          },
        ],
        properties: { pointer, value },
      })),
    );
  });

  test("paths inside of the folder are relative, with what no URI has escaped", () => {
    const { results } = runOf(sarifReport([{ ...PROBLEM, file: "./a/b c:d%é.yaml" }], HERE));
    expect(results[0]?.locations).toMatchObject([
      {
        physicalLocation: {
          artifactLocation: { uri: "a/b%20c%3Ad%25%C3%A9.yaml", uriBaseId: "%SRCROOT%" },
        },
      },
    ]);
  });

  test("a problem of no file has no place, and one of ours says that the run failed", () => {
    const run = runOf(sarifReport([{ ...PROBLEM, file: "", code: "internal-error" }], HERE));
    expect(run.results[0]?.locations).toEqual([]);
    expect(run.invocations).toEqual([{ executionSuccessful: false }]);
    expect(runOf(sarifReport([PROBLEM], HERE)).invocations[0]?.executionSuccessful).toBe(true);
  });

  test("a code that is none has no rule", () => {
    expect(runOf(sarifReport([{ ...PROBLEM, code: "x" }], HERE)).results[0]?.ruleIndex).toBe(-1);
  });

  test("fingerprints stay when lines move, and tell two apart that are alike", () => {
    const prints = (...problems: readonly Problem[]): readonly unknown[] =>
      runOf(sarifReport(problems, HERE)).results.map((each) => each.partialFingerprints);
    const moved = { ...PROBLEM, line: 9, column: 1, pointer: "/policies/4/name" };
    expect(prints(moved)).toEqual(prints(PROBLEM));
    const [first, second] = prints(PROBLEM, moved);
    expect([first]).toEqual(prints(PROBLEM));
    expect(second).not.toEqual(first);
    for (const change of [{ value: "z" }, { code: "name-duplicate" }, { file: "b.yaml" }]) {
      expect(prints({ ...PROBLEM, ...change })).not.toEqual(prints(PROBLEM));
    }
  });

  test("of a document in a ConfigMap the places are the manifest's", async () => {
    const { out } = await runCorsd(["check", file("wrapped.yaml"), "--format", "sarif"]);
    expect(runOf(JSON.parse(out)).results.map(({ locations }) => locations)).toMatchObject([
      [{ physicalLocation: { region: { startLine: 7, startColumn: 24 } } }],
    ]);
  });

  test("a document without a problem is a run without a result", async () => {
    const { code, out } = await runCorsd(["check", "envoy/policies.yaml", "--format", "sarif"]);
    expect(code).toBe(0);
    expect(runOf(JSON.parse(out)).results).toEqual([]);
  });
});

describe("--format github", () => {
  const file = policyFiles({ "bad.yaml": BAD, "wrapped.yaml": WRAPPED });

  test("a line for each problem, and the summary", async () => {
    const { code, out } = await runCorsd(["check", file("bad.yaml"), "--format", "github"]);
    expect(code).toBe(1);
    const lines = out.trimEnd().split("\n");
    expect(lines[0]).toBe(
      `::error file=${file("bad.yaml")},line=4,col=20,title=corsd origin-invalid::\`https://app.example.com/\` is not an origin: an origin does not end in a slash; write \`https://app.example.com\``,
    );
    expect(lines.slice(0, -1).map((line) => line.split(" ", 1)[0])).toEqual(
      expect.arrayContaining(["::error", "::warning"]),
    );
    expect(lines.at(-1)).toMatch(/^\d errors, \d warnings?$/);
  });

  test("of a document in a ConfigMap the places are the manifest's", async () => {
    const { out } = await runCorsd(["check", file("wrapped.yaml"), "--format", "github"]);
    expect(out).toContain("wrapped.yaml,line=7,col=24,");
  });

  test("what would end a value, or the line, is escaped", () => {
    const odd = { ...PROBLEM, file: "a,b:c%.yaml", message: "50%\r\n::error::x", fix: "y" };
    expect(githubReport([odd], "/repo")).toBe(
      "::error file=a%2Cb%3Ac%25.yaml,line=3,col=7,title=corsd name-invalid::50%25%0D%0A::error::x; y\n",
    );
  });

  test("a problem of no file has no place", () => {
    expect(githubReport([{ ...PROBLEM, file: "", severity: "warning" }], "/repo")).toBe(
      "::warning title=corsd name-invalid::`x` is no name; write `y`\n",
    );
  });
});

test.each([
  ["a.yaml", "a.yaml"],
  ["./b/../a.yaml", "a.yaml"],
  ["/repo/b/a.yaml", "b/a.yaml"],
  ["..a.yaml", "..a.yaml"],
  ["../a.yaml", "/a.yaml"],
  ["/other/a.yaml", "/other/a.yaml"],
  [".", "."],
  ["", ""],
])("%s is called %s in the folder /repo", (path, called) => {
  expect(repositoryPath(path, "/repo")).toBe(called);
});

describe("formats on the command line", () => {
  const quoted = `apiVersion: v1\nkind: ConfigMap\ndata: {p.yaml: ${JSON.stringify(BAD)}}\n`;
  const file = policyFiles({ "bad.yaml": BAD, "quoted.yaml": quoted });

  test("--json has the inner place of a document whose lines are not those of the file", async () => {
    const { out } = await runCorsd(["check", file("quoted.yaml"), "--json"]);
    expect(JSON.parse(out)).toMatchObject({
      problems: expect.arrayContaining([
        expect.objectContaining({ line: 3, column: 8, inner: { line: 4, column: 20 } }),
      ]),
    });
  });

  test("--json is the format json", async () => {
    const short = await runCorsd(["check", file("bad.yaml"), "--json"]);
    const long = await runCorsd(["check", file("bad.yaml"), "--format", "json"]);
    expect(long).toEqual(short);
    expect(JSON.parse(long.out)).toHaveProperty("problems");
  });

  test("text is what is printed anyway", async () => {
    const path = relative(process.cwd(), file("bad.yaml"));
    expect(await runCorsd(["check", path, "--format", "text"])).toEqual(
      await runCorsd(["check", path]),
    );
  });

  test.each([[["--format", "xml"]], [["--json", "--format", "sarif"]]])(
    "%j is wrong usage",
    async (flags) => {
      const { code, out } = await runCorsd(["check", file("bad.yaml"), ...flags]);
      expect({ code, out }).toEqual({ code: 2, out: "" });
    },
  );
});
