import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { policyFiles } from "./policy-files.ts";
import { runCorsd } from "./run-corsd.ts";

const POLICY = `
policies:
  - name: web
    allowOrigins: [https://app.example.com]
  - name: spare
    allowOrigins: [https://spare.example]
apiGroups:
  - name: orders
    match: [{path: /}]
    policies: [web]
  - name: reports
    match: [{path: /reports}]
    policies: [spare]
`;

const WRAPPED = `apiVersion: v1
kind: ConfigMap
data:
  p.yaml: |
${POLICY.replaceAll(/^(?=.)/gm, "    ")}`;

const GOOD = `
policy: policies.yaml
tests:
  - name: the page reads
    request: {url: /orders, origin: https://app.example.com}
    expect: {outcome: granted, policy: web}
`;

const FAILING = `
policy: policies.yaml
tests:
  - name: the page reads
    request: {url: /orders, origin: https://app.example.com}
    expect: granted
  - name: "strangers <read> & \\"write\\"\\u0007"
    request: {url: /orders, origin: https://evil.example}
    expect: {outcome: granted, reason: false, headers: {access-control-allow-origin: "*"}}
`;

const FULL = `
policy: [policies.yaml]
tests:
  - {name: a, request: {url: /, origin: https://app.example.com}, expect: granted}
  - {name: b, request: {url: /reports, origin: https://spare.example}, expect: granted}
`;

const file = policyFiles({
  "policies.yaml": POLICY,
  "wrapped.yaml": WRAPPED,
  "good.tests.yaml": GOOD,
  "failing.tests.yaml": FAILING,
  "full.tests.yaml": FULL,
  "bad.tests.yaml": "policy: policies.yaml\ntests:\n  - nam: a\n    expect: x\n",
  "unnamed.tests.yaml": GOOD.replace("policy: policies.yaml\n", ""),
  "missing.tests.yaml": GOOD.replace("policies.yaml", "missing.yaml"),
  "broken.yaml": "policies: []\n",
  "broken.tests.yaml": GOOD.replace("policies.yaml", "broken.yaml"),
});

describe("corsd test", () => {
  test("all as expected, with a hint on what has no test", async () => {
    const path = file("good.tests.yaml");
    expect(await runCorsd(["test", path])).toEqual({
      code: 0,
      err: "",
      out: `${path}: no test touches policy \`spare\`, group \`reports\`\n1 test, all as expected\n`,
    });
  });

  test("a failure shows what was expected, what was decided, why, and where", async () => {
    const path = file("failing.tests.yaml");
    const { code, out, err } = await runCorsd(["test", path]);
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(out).toBe(
      [
        'failed  strangers <read> & "write"\\u{7}',
        `        ${path}:7:5`,
        "  outcome",
        "    expected  granted",
        "    decided   refused",
        "  reason",
        "    expected  (none)",
        "    decided   origin-not-allowed",
        "  header access-control-allow-origin",
        "    expected  *",
        "    decided   (none)",
        "   1. group `orders`: matched by any request",
        "   2. actual: GET with an Origin",
        "   3. no policy and no application of `orders` admits `https://evil.example`",
        "   4. refused (origin-not-allowed): answered with 403, the service is not reached",
        "",
        `${path}: no test touches policy \`spare\`, group \`reports\``,
        "2 tests, 1 failed",
        "",
      ].join("\n"),
    );
  });

  test("is coloured on a terminal only", async () => {
    const { out } = await runCorsd(["test", file("failing.tests.yaml")], { isTerminal: true });
    expect(out).toContain("\u001b[32m    expected  granted");
    expect(out).toContain("\u001b[31m    decided   refused");
  });

  test("several files, each with its own document", async () => {
    const { code, out } = await runCorsd([
      "test",
      file("good.tests.yaml"),
      file("full.tests.yaml"),
    ]);
    expect(code).toBe(0);
    expect(out).toContain("3 tests, all as expected");
  });

  test("--policy stands in place of what files name, a ConfigMap too", async () => {
    const ran = await runCorsd([
      "test",
      file("unnamed.tests.yaml"),
      "--policy",
      file("wrapped.yaml"),
    ]);
    expect(ran).toMatchObject({ code: 0, err: "" });
  });

  test("--only chooses tests by their names, and then says nothing of coverage", async () => {
    const path = file("failing.tests.yaml");
    expect(await runCorsd(["test", path, "--only", "page reads", "--require-coverage"])).toEqual({
      code: 0,
      err: "",
      out: "1 test, all as expected\n",
    });
    expect(await runCorsd(["test", path, "--only", "nothing"])).toEqual({
      code: 2,
      err: "error: no test has `nothing` in its name\n",
      out: "",
    });
  });

  test("--require-coverage fails where something has no test", async () => {
    const partial = await runCorsd(["test", file("good.tests.yaml"), "--require-coverage"]);
    expect(partial.code).toBe(1);
    expect(await runCorsd(["test", file("full.tests.yaml"), "--require-coverage"])).toEqual({
      code: 0,
      err: "",
      out: "2 tests, all as expected\n",
    });
  });
});

describe("what cannot be run", () => {
  test("mistakes of a file, all at once", async () => {
    const path = file("bad.tests.yaml");
    const { code, out, err } = await runCorsd(["test", path]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err.trimEnd().split("\n")).toEqual([
      `${path}:3:5 /tests/0/nam: unknown key \`nam\`; write \`name\``,
      `${path}:3:5 /tests/0: \`name\` is missing; add \`name\``,
      expect.stringContaining(`${path}:4:13 /tests/0/expect: \`x\` is none of `),
      `${path}:3:5 /tests/0: there is neither \`request\` nor \`preflight\`; add one of them`,
    ]);
  });

  test.each([
    ["unnamed", ":2:1: no policy document is named; add `policy` here, or give `--policy`"],
    ["missing", "missing.yaml:1:1: there is nothing at `"],
    ["broken", "broken.yaml:1:11 /policies: there is no policy in the document; "],
  ])("%s: exit 1, and why", async (name, problem) => {
    const { code, out, err } = await runCorsd(["test", file(`${name}.tests.yaml`)]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain(problem);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });

  test("a file that is not there", async () => {
    const { code, err } = await runCorsd(["test", file("none.yaml")]);
    expect(code).toBe(1);
    expect(err).toContain("there is nothing at");
  });

  test.each([[["test"]], [["test", "x", "--format", "tap"]]])("%j is wrong usage", async (args) => {
    expect((await runCorsd(args)).code).toBe(2);
  });
});

describe("--format json", () => {
  test("has every test with its parts, in order", async () => {
    const path = file("failing.tests.yaml");
    const { code, out } = await runCorsd(["test", path, "--format", "json"]);
    expect(code).toBe(1);
    const report = JSON.parse(out);
    expect(Object.keys(report)).toEqual(["passed", "failed", "files"]);
    expect(report).toMatchObject({
      passed: 1,
      failed: 1,
      files: [
        {
          file: path,
          untouched: { policies: ["spare"], groups: ["reports"] },
          tests: [
            { name: "the page reads", line: 4, column: 5, passed: true, mismatches: [] },
            {
              line: 7,
              passed: false,
              mismatches: [
                { name: "outcome", expected: "granted", actual: "refused" },
                { name: "reason", expected: null, actual: "origin-not-allowed" },
                { name: "header access-control-allow-origin", expected: "*", actual: null },
              ],
              explanation: { outcome: "refused", status: 403 },
            },
          ],
        },
      ],
    });
  });
});

/** XML as Python's parser has it: name, attributes, text and children of each element. */
async function parseXml(text: string): Promise<unknown> {
  const program = [
    "import json, sys",
    "from xml.etree import ElementTree",
    "def plain(e): return [e.tag, e.attrib, (e.text or '').strip(), [plain(c) for c in e]]",
    "print(json.dumps(plain(ElementTree.fromstring(sys.argv[1].encode()))))",
  ].join("\n");
  const { stdout } = await promisify(execFile)("python3", ["-c", program, text]);
  return JSON.parse(stdout);
}

describe("--format junit", () => {
  test("is well-formed, whatever names hold", async () => {
    const path = file("failing.tests.yaml");
    const { code, out } = await runCorsd(["test", path, "--format", "junit"]);
    expect(code).toBe(1);
    const message =
      "outcome: expected granted, decided refused; reason: expected (none), decided origin-not-allowed; header access-control-allow-origin: expected *, decided (none)";
    expect(await parseXml(out)).toEqual([
      "testsuites",
      { name: "corsd test" },
      "",
      [
        [
          "testsuite",
          { name: path, tests: "2", failures: "1", errors: "0" },
          "",
          [
            [
              "testcase",
              { name: "the page reads", classname: path, file: path, line: "4" },
              "",
              [],
            ],
            [
              "testcase",
              {
                name: 'strangers <read> & "write"\ufffd',
                classname: path,
                file: path,
                line: "7",
              },
              "",
              [
                [
                  "failure",
                  { message, type: "mismatch" },
                  expect.stringMatching(/^outcome: .*\n.*\n.*\n1\. group `orders`/),
                  [],
                ],
              ],
            ],
          ],
        ],
      ],
    ]);
  });

  test("what has no test is a failure where that is asked for", async () => {
    const args = ["test", file("good.tests.yaml"), "--format", "junit"];
    const lenient = await runCorsd(args);
    expect([lenient.code, lenient.out.includes('failures="0"')]).toEqual([0, true]);
    const strict = await runCorsd([...args, "--require-coverage"]);
    expect(strict.code).toBe(1);
    expect(await parseXml(strict.out)).toMatchObject([
      "testsuites",
      {},
      "",
      [
        [
          "testsuite",
          { tests: "2", failures: "1" },
          "",
          [{}, ["testcase", {}, "", [["failure", { type: "coverage" }, "", []]]]],
        ],
      ],
    ]);
  });
});

test("the demo's policies decide as the file beside them expects", async () => {
  const ran = await runCorsd(["test", "envoy/policies.tests.yaml", "--require-coverage"]);
  expect(ran).toEqual({ code: 0, err: "", out: "19 tests, all as expected\n" });
});
