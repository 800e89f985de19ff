import { describe, expect, test } from "vitest";
import type { Expected } from "../../src/conformance/case.ts";
import { compareAnswers, judgeAnswer } from "../../src/conformance/judge.ts";
import { RULES } from "../../src/conformance/rules.ts";
import type { Header } from "../../src/cors/decision.ts";

const APP = "https://app.example.com";
const SENT: readonly Header[] = [["origin", APP]];
const PREFLIGHT: readonly Header[] = [
  ["origin", APP],
  ["access-control-request-method", "PUT"],
  ["access-control-request-headers", "x-a"],
  ["access-control-request-headers", "authorization"],
];

/** A header written `name: value`, `allow-…` for the CORS header of that name. */
function lines(...texts: readonly string[]): readonly Header[] {
  return texts.map((text) => {
    const [name = "", ...rest] = text.split(": ");
    const isCors = /^(allow|expose|max)-/.test(name);
    return [isCors ? `access-control-${name}` : name, rest.join(": ")];
  });
}

const OWN = `allow-origin: ${APP}`;
const VARY = "vary: Accept, origin";
const METHODS = "allow-methods: GET, PUT";
const HEADERS = "allow-headers: X-A, Authorization";
const TRUE = "allow-credentials: true";

const ADMITTED: Expected = { kind: "admitted", credentials: false };
const TRUSTED: Expected = { kind: "admitted", credentials: true };
const REFUSED: Expected = { kind: "refused" };
const EITHER: Expected = { kind: "either" };
const UNTOUCHED: Expected = { kind: "untouched" };
const decided = (more: object = {}): Expected => ({
  kind: "decided",
  status: undefined,
  headers: [],
  vary: [],
  exposesReceived: false,
  ...more,
});

type Seen = {
  readonly method?: "GET" | "OPTIONS";
  readonly sent?: readonly Header[];
  readonly expected: Expected;
  readonly status?: number;
  readonly came: readonly string[];
};

/** Rules that are broken. */
function broken({ method = "GET", sent = SENT, expected, status = 200, came }: Seen): string[] {
  const answer = { status, headers: lines(...came) };
  const found = judgeAnswer({ name: "x", probe: { method, headers: sent }, expected }, answer);
  return found.map(({ rule }) => rule);
}

const asked = { method: "OPTIONS", sent: PREFLIGHT } as const;

const GOOD: readonly (readonly [string, Seen])[] = [
  ["an origin echoed", { expected: ADMITTED, came: [OWN, VARY] }],
  ["a star", { expected: ADMITTED, came: ["allow-origin: *"] }],
  ["Vary: *", { expected: ADMITTED, came: [OWN, "vary: *"] }],
  ["credentials", { expected: TRUSTED, came: [OWN, TRUE, VARY] }],
  ["a preflight", { ...asked, expected: ADMITTED, status: 204, came: [OWN, METHODS, HEADERS] }],
  [
    "lists of stars",
    {
      ...asked,
      sent: PREFLIGHT.slice(0, 3),
      expected: ADMITTED,
      came: ["allow-origin: *", "allow-methods: *", "allow-headers: *", "max-age: 5"],
    },
  ],
  [
    "a safelisted method",
    {
      method: "OPTIONS",
      sent: [
        ["origin", APP],
        ["access-control-request-method", "POST"],
      ],
      expected: ADMITTED,
      came: [OWN],
    },
  ],
  ["a refusal", { expected: REFUSED, status: 403, came: [VARY] }],
  ["what standards leave open", { expected: EITHER, came: [VARY] }],
  ["a service without CORS", { expected: UNTOUCHED, came: [] }],
  ["no Origin, and a fixed one in the answer", { sent: [], expected: EITHER, came: [OWN, VARY] }],
  [
    "a method that is not listed",
    { ...asked, expected: { kind: "unlisted", list: "methods", name: "X" }, came: [OWN, METHODS] },
  ],
  [
    "a header that is not listed",
    {
      ...asked,
      expected: { kind: "unlisted", list: "headers", name: "x-b" },
      came: [OWN, HEADERS],
    },
  ],
  [
    "what was decided",
    { expected: decided({ status: 403, vary: ["Origin"] }), status: 403, came: [VARY] },
  ],
  [
    "lists in another order and case",
    {
      expected: decided({ headers: lines("allow-headers: x-b, x-a", METHODS) }),
      came: ["allow-headers: X-A,x-b", "allow-methods: PUT,GET", VARY],
    },
  ],
  [
    "names that the service has",
    { expected: decided({ exposesReceived: true }), came: ["expose-headers: x-a", VARY] },
  ],
];

test.each(GOOD)("%s breaks no rule", (_, seen) => {
  expect(broken(seen)).toEqual([]);
});

const BAD: readonly (readonly [readonly string[], string, Seen])[] = [
  [["one-allow-origin"], "two lines", { expected: ADMITTED, came: [OWN, OWN, VARY] }],
  [
    ["one-allow-origin", "origin-echoed", "admitted"],
    "two origins in one",
    { expected: ADMITTED, came: [`${OWN}, ${APP}`, VARY] },
  ],
  [
    ["origin-echoed"],
    "another origin",
    { expected: EITHER, came: ["allow-origin: https://x.example", VARY] },
  ],
  [
    ["origin-echoed"],
    "one of two",
    { sent: [...SENT, ...SENT], expected: EITHER, came: [OWN, VARY] },
  ],
  [
    ["no-star-with-credentials", "admitted"],
    "a star with credentials",
    { expected: TRUSTED, came: ["allow-origin: *", TRUE] },
  ],
  [
    ["credentials-true"],
    "TRUE",
    { expected: ADMITTED, came: [OWN, "allow-credentials: TRUE", VARY] },
  ],
  [["credentials-true"], "true twice", { expected: TRUSTED, came: [OWN, TRUE, TRUE, VARY] }],
  [
    ["no-star-in-lists"],
    "a star beside credentials",
    { expected: TRUSTED, came: [OWN, TRUE, "expose-headers: *", VARY] },
  ],
  [["max-age"], "no number", { expected: EITHER, came: ["max-age: 10m", VARY] }],
  [["max-age"], "two ages", { expected: EITHER, came: ["max-age: 1", "max-age: 1", VARY] }],
  [["vary-origin"], "no Vary", { expected: ADMITTED, came: [OWN] }],
  [
    ["vary-origin"],
    "no Vary where nobody is asked",
    { sent: [], expected: UNTOUCHED, came: [OWN] },
  ],
  [["admitted"], "no header", { expected: ADMITTED, came: [VARY] }],
  [["credentials"], "no credentials", { expected: TRUSTED, came: [OWN, VARY] }],
  [["credentials"], "credentials", { expected: ADMITTED, came: [OWN, TRUE, VARY] }],
  [
    ["preflight-ok"],
    "below",
    { ...asked, expected: ADMITTED, status: 199, came: [OWN, METHODS, HEADERS] },
  ],
  [
    ["preflight-ok"],
    "above",
    { ...asked, expected: ADMITTED, status: 300, came: [OWN, METHODS, HEADERS] },
  ],
  [
    ["method-allowed"],
    "another method",
    { ...asked, expected: ADMITTED, came: [OWN, "allow-methods: put", HEADERS] },
  ],
  [
    ["no-star-in-lists", "method-allowed"],
    "a star for the method, with credentials",
    { ...asked, expected: TRUSTED, came: [OWN, TRUE, "allow-methods: *", HEADERS] },
  ],
  [
    ["headers-allowed"],
    "a name is missing",
    { ...asked, expected: ADMITTED, came: [OWN, METHODS, "allow-headers: x-a"] },
  ],
  [
    ["headers-allowed"],
    "a star for authorization",
    { ...asked, expected: ADMITTED, came: ["allow-origin: *", METHODS, "allow-headers: *"] },
  ],
  [["refused"], "methods of a refusal", { ...asked, expected: REFUSED, came: [METHODS] }],
  [
    ["unlisted"],
    "the method",
    {
      ...asked,
      expected: { kind: "unlisted", list: "methods", name: "PUT" },
      came: [OWN, METHODS],
    },
  ],
  [
    ["unlisted"],
    "any header",
    {
      ...asked,
      expected: { kind: "unlisted", list: "headers", name: "x-b" },
      came: [OWN, "allow-headers: *"],
    },
  ],
  [["status"], "another status", { expected: decided({ status: 403 }), came: [VARY] }],
  [["headers"], "a header too many", { expected: decided(), came: [METHODS, VARY] }],
  [
    ["headers"],
    "a header too few",
    { expected: decided({ headers: lines(METHODS) }), came: [VARY] },
  ],
  [
    ["headers"],
    "a header twice",
    { expected: decided({ headers: lines(METHODS) }), came: [METHODS, METHODS, VARY] },
  ],
  [
    ["vary"],
    "a name too few",
    { expected: decided({ vary: ["Origin", "Access-Control-Request-Method"] }), came: [VARY] },
  ],
];

test.each(BAD)("%j is broken by %s", (rules, _, seen) => {
  expect(broken(seen)).toEqual(rules);
});

test("every rule is broken by something here, and cites what it stands on", () => {
  const shown = new Set(BAD.flatMap(([rules]) => rules));
  expect(RULES.map(({ id }) => id)).toEqual(
    RULES.map(({ id }) => id).filter((id) => shown.has(id)),
  );
  for (const { cite } of RULES) expect(cite).toMatch(/^Fetch|^the policy document/);
});

test("a finding says what was expected and what came", () => {
  const probe = { method: "GET", headers: SENT } as const;
  const answer = { status: 200, headers: lines("vary: Accept") };
  expect(judgeAnswer({ name: "x", probe, expected: ADMITTED }, answer)).toEqual([
    {
      rule: "vary-origin",
      cite: "Fetch, CORS protocol and HTTP caches; RFC 9110, 12.5.5",
      expected: "Origin in Vary",
      came: "Accept",
    },
    {
      rule: "admitted",
      cite: "Fetch, CORS check",
      expected: `access-control-allow-origin: ${APP}`,
      came: "(none)",
    },
  ]);
});

describe("compareAnswers", () => {
  const answer = (status: number, ...texts: readonly string[]) => ({
    status,
    headers: lines(...texts),
  });

  test("what browsers and caches do not care about is no difference", () => {
    const one = answer(200, OWN, "allow-headers: a, b", "vary: Origin, Accept", "server: x");
    const other = answer(200, "vary: accept", "vary: origin", "allow-headers: B,a", OWN);
    expect(compareAnswers(one, other)).toEqual([]);
  });

  test("all else is", () => {
    expect(compareAnswers(answer(200, OWN), answer(403, VARY))).toEqual([
      { what: "status", first: "200", second: "403" },
      { what: "headers", first: `access-control-${OWN}`, second: "" },
      { what: "vary", first: "", second: "accept, origin" },
    ]);
  });
});
