import { describe, expect, test } from "vitest";
import { judgeTest, type TestResult, untouchedBy } from "../../src/expectation/judge.ts";
import { compileSnapshot } from "../../src/policy/compile.ts";
import type { ResolvedDocument } from "../../src/policy/resolve-document.ts";
import { compileObject } from "../policy/compile-object.ts";
import { decodedTests } from "./decoded-tests.ts";

const APP = "https://app.example.com";
const WEB = { name: "web", allowOrigins: [APP], allowCredentials: true };
const NEXT = { name: "next", mode: "shadow", allowOrigins: ["https://next.example.com"] };

const { resolved } = compileObject({
  policies: [WEB, NEXT, { ...WEB, name: "off", enabled: false }],
  apiGroups: [
    { name: "orders", match: [{ path: "/orders" }], policies: ["next", "web"] },
    { name: "plain", match: [{ path: "/plain" }], policies: ["web"] },
    { name: "named", policies: ["off"] },
  ],
});

/** The result of one request, of which this is expected. */
function judge(
  expected: string,
  request = `{url: /orders, origin: '${APP}'}`,
  document: ResolvedDocument = resolved,
): TestResult {
  const text = `tests:\n  - name: a\n    request: ${request}\n    expect: ${expected}\n`;
  const { tests, problems } = decodedTests(text);
  expect(problems).toEqual([]);
  const [only] = tests;
  if (only === undefined) throw new Error("there is no test");
  return judgeTest(compileSnapshot(document, "r"), only);
}

const STRANGER = "{url: /plain, origin: 'https://evil.example'}";
const ELSEWHERE = "{url: /elsewhere}";

describe("what is as expected", () => {
  test.each([
    ["granted", undefined],
    [
      "{kind: actual, group: orders, policy: web, reason: false, status: false, body: false}",
      undefined,
    ],
    [
      `{headers: {access-control-allow-origin: '${APP}', Access-Control-Allow-Credentials: true}}`,
      undefined,
    ],
    ["{headers: {access-control-max-age: false}}", undefined],
    ["{vary: [ORIGIN]}", undefined],
    ["{shadow: {policy: web, outcome: granted, reason: false, differs: false}}", undefined],
    ["{outcome: refused, reason: origin-not-allowed, status: 403, policy: false}", STRANGER],
    ["{body: Specified Origin is not allowed, shadow: false}", STRANGER],
    ["{outcome: passed, group: false, vary: [], shadow: false}", ELSEWHERE],
  ])("%s", (expected, request) => {
    expect(judge(expected, request).mismatches).toEqual([]);
  });
});

describe("what is not", () => {
  test.each([
    ["refused", undefined, "outcome", "refused", "granted"],
    ["{kind: preflight}", undefined, "kind", "preflight", "actual"],
    ["{group: plain}", undefined, "group", "plain", "orders"],
    ["{policy: false}", undefined, "policy", undefined, "web"],
    ["{reason: same-origin}", undefined, "reason", "same-origin", undefined],
    ["{status: 200}", undefined, "status", "200", undefined],
    ["{status: false}", STRANGER, "status", undefined, "403"],
    ["{body: x}", STRANGER, "body", "x", "Specified Origin is not allowed"],
    [
      "{headers: {access-control-allow-credentials: false}}",
      undefined,
      "header access-control-allow-credentials",
      undefined,
      "true",
    ],
    ["{headers: {x: y}}", undefined, "header x", "y", undefined],
    ["{vary: []}", undefined, "vary", "", "origin"],
    ["{shadow: false}", undefined, "shadow", undefined, "granted"],
    ["{shadow: {policy: next}}", undefined, "shadow.policy", "next", "web"],
    ["{shadow: {outcome: refused}}", undefined, "shadow.outcome", "refused", "granted"],
    ["{shadow: {reason: same-origin}}", undefined, "shadow.reason", "same-origin", undefined],
    ["{shadow: {differs: true}}", undefined, "shadow.differs", "true", "false"],
    ["{shadow: {policy: next}}", ELSEWHERE, "shadow.policy", "next", undefined],
    ["{shadow: {outcome: refused}}", ELSEWHERE, "shadow.outcome", "refused", undefined],
    ["{shadow: {reason: same-origin}}", ELSEWHERE, "shadow.reason", "same-origin", undefined],
    ["{shadow: {differs: true}}", ELSEWHERE, "shadow.differs", "true", undefined],
  ])("%s of %s", (text, request, name, expected, actual) => {
    expect(judge(text, request).mismatches).toEqual([{ name, expected, actual }]);
  });
});

describe("what no test has to do with", () => {
  test("without tests: everything that is enabled", () => {
    expect(untouchedBy(resolved, [])).toEqual({
      policies: ["web", "next"],
      groups: ["orders", "plain", "named"],
    });
  });

  test("a policy is touched where it governs, one in shadow where it would", () => {
    const web = judge("granted", `{url: /plain, origin: '${APP}'}`);
    const next = judge("refused", "{url: /orders, origin: 'https://next.example.com'}");
    expect(untouchedBy(resolved, [web])).toEqual({
      policies: ["next"],
      groups: ["orders", "named"],
    });
    expect(untouchedBy(resolved, [next])).toEqual({
      policies: ["web"],
      groups: ["plain", "named"],
    });
    expect(untouchedBy(resolved, [judge("passed", "{url: /, group: named}"), web, next])).toEqual({
      policies: [],
      groups: [],
    });
  });
});
