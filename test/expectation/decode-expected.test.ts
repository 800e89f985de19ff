import { describe, expect, test } from "vitest";
import type { Fact } from "../../src/expectation/fact.ts";
import { decodedTests, problemsOf } from "./decoded-tests.ts";

const file = (expected: string): string =>
  `tests:\n  - name: a\n    request: {url: /}\n    expect: ${expected}\n`;

function facts(expected: string): readonly Fact[] | undefined {
  const { tests, problems } = decodedTests(file(expected));
  expect(problems).toEqual([]);
  return tests[0]?.facts;
}

describe("what is expected", () => {
  test.each([
    ["granted", [["outcome", "granted"]]],
    [
      "{outcome: refused, kind: actual}",
      [
        ["outcome", "refused"],
        ["kind", "actual"],
      ],
    ],
    [
      "{group: g, policy: p}",
      [
        ["group", "g"],
        ["policy", "p"],
      ],
    ],
    [
      "{group: false, policy: false, reason: false}",
      [
        ["group", undefined],
        ["policy", undefined],
        ["reason", undefined],
      ],
    ],
    ["{reason: unknown-group}", [["reason", "unknown-group"]]],
    ["{status: 403}", [["status", "403"]]],
    [
      "{status: false, body: false}",
      [
        ["status", undefined],
        ["body", undefined],
      ],
    ],
    ["{body: 'Method Not Allowed'}", [["body", "Method Not Allowed"]]],
    [
      "{headers: {Access-Control-Max-Age: 0600, b: true, c: false, d: 'false', e: ''}}",
      [
        ["header access-control-max-age", "0600"],
        ["header b", "true"],
        ["header c", undefined],
        ["header d", "false"],
        ["header e", ""],
      ],
    ],
    ["{vary: [Origin, B, a]}", [["vary", "a, b, origin"]]],
    ["{vary: []}", [["vary", ""]]],
    ["{shadow: false}", [["shadow", undefined]]],
    [
      "{shadow: {policy: p, outcome: granted, reason: false, differs: false}}",
      [
        ["shadow.policy", "p"],
        ["shadow.outcome", "granted"],
        ["shadow.reason", undefined],
        ["shadow.differs", "false"],
      ],
    ],
    [
      "{shadow: {policy: false, reason: same-origin}}",
      [
        ["shadow.policy", undefined],
        ["shadow.reason", "same-origin"],
      ],
    ],
  ] as const)("%s", (text, expected) => {
    expect(facts(text)?.map(({ name, value }) => [name, value])).toEqual(expected);
  });

  test.each([
    ["grantd", ": `grantd` is none of `granted`, `refused`, `passed`; write `granted`"],
    [
      "[granted]",
      ": expected a map of keys to values, found a list; write `key: value`, one a line",
    ],
    ["{}", ": nothing is expected, so the test cannot fail; name an `outcome`, or another key"],
    [
      "{status: 99}",
      "/status: `99` is not a whole number from 200 to 599; write a whole number from 200 to 599",
    ],
    ["{policy: true}", '/policy: expected a text, found the boolean `true`; quote it: `"true"`'],
    ["{reason: no}", "/reason: `no` is none of `same-origin`, "],
    [
      "{headers: x}",
      "/headers: expected a map of header names to values, found the text `x`; write `name: value`, one a line",
    ],
    ["{headers: {a b: x}}", "/headers/a b: `a b` is not a header name; correct it"],
    [
      "{headers: {a: [x]}}",
      "/headers/a: expected a value, found a list; write its value, or `false` where it must not be set",
    ],
    ["{headers: {a: null}}", "/headers/a: `null` without quotes means no value; "],
    ["{vary: Origin}", "/vary: expected a list, found the text `Origin`; "],
    ["{vary: [1]}", "/vary/0: expected a text, found the number `1`; "],
    ["{shadow: true}", "/shadow: expected a map of keys to values, found the boolean `true`; "],
    ["{shadow: {differs: x}}", "/shadow/differs: expected `true` or `false`, found the text `x`; "],
  ])("%s is reported", (text, problem) => {
    const [first = "", ...others] = problemsOf(file(text));
    expect(others).toEqual([]);
    expect(first.replace(/^t\.yaml:4:\d+ \/tests\/0\/expect/, "")).toContain(problem);
  });
});
