import { describe, expect, test } from "vitest";
import { ALWAYS, generationIn, NEVER, turnOrigin } from "../../soak/generation.ts";
import { type Answer, judge } from "../../soak/judge.ts";
import { SCENARIOS, type Scenario } from "../../soak/scenario.ts";

function scenario(name: string): Scenario {
  const found = SCENARIOS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no scenario ${name}`);
  return found;
}

const GRANTED: Answer = {
  status: 200,
  headers: {
    vary: "Origin",
    "access-control-allow-origin": ALWAYS,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "x-generation-12",
  },
  body: "[]",
};
const REFUSED: Answer = {
  status: 403,
  headers: { vary: "Origin" },
  body: "Specified Origin is not allowed",
};
const PLAIN: Answer = { status: 200, headers: { vary: "Accept, origin" }, body: "[]" };

function granted(more: Answer["headers"], status = 200): Answer {
  return { ...GRANTED, status, headers: { ...GRANTED.headers, ...more } };
}

const methods = { "access-control-allow-methods": "GET, PUT" };
const turn0 = { "access-control-allow-origin": turnOrigin(0) };

describe("right", () => {
  test.each<[string, Answer]>([
    ["admitted", GRANTED],
    ["admitted, preflight", granted(methods)],
    ["turn 0", granted(turn0)],
    ["turn 0", REFUSED],
    ["turn 0, preflight", REFUSED],
    ["refused", REFUSED],
    ["no Origin", PLAIN],
    ["broken service", granted({}, 503)],
    // A page may read that the service is not there.
    ["admitted", granted({}, 503)],
  ])("%s", (name, answer) => {
    expect(judge(scenario(name), answer).kind).toBe("right");
  });
});

describe("unavailable", () => {
  test.each([500, 503, 504])("%i of Envoy", (status) => {
    const answer: Answer = { status, headers: {}, body: "" };
    for (const each of SCENARIOS) {
      expect(judge(each, answer)).toEqual({ kind: "unavailable", status });
    }
  });
});

describe("wrong", () => {
  test.each<[string, string, Answer]>([
    ["another page may read", "refused", granted({ "access-control-allow-origin": NEVER })],
    ["every page may read", "admitted", granted({ "access-control-allow-origin": "*" })],
    ["a page may read what none asked", "no Origin", GRANTED],
    [
      "the page of another turn",
      "turn 1",
      granted({ "access-control-allow-origin": turnOrigin(1) }),
    ],
    ["no generation", "admitted", granted({ "access-control-expose-headers": undefined })],
    ["no credentials", "admitted", granted({ "access-control-allow-credentials": undefined })],
    ["no Vary", "admitted", granted({ vary: undefined })],
    ["a status of its own", "admitted", granted({}, 404)],
    ["no methods", "admitted, preflight", GRANTED],
    ["refused though admitted", "admitted", REFUSED],
    ["served though refused", "refused", PLAIN],
    ["refused without Vary", "refused", { ...REFUSED, headers: {} }],
    ["refused in other words", "refused", { ...REFUSED, body: "no" }],
    ["refused without Origin", "no Origin", REFUSED],
    ["a leaked header", "refused", { ...REFUSED, headers: { vary: "Origin", ...methods } }],
    ["a leaked header of Envoy's", "refused", { status: 503, headers: { ...methods }, body: "" }],
  ])("%s", (_, name, answer) => {
    expect(judge(scenario(name), answer).kind).toBe("wrong");
  });
});

test.each([
  ["x-generation-0", 0],
  ["x-generation-15", 15],
  ["x-generation-", undefined],
  ["x-generation-1, x-other", undefined],
  [undefined, undefined],
])("the generation in %s is %s", (exposed, expected) => {
  expect(generationIn(exposed)).toBe(expected);
});
