import { describe, expect, test } from "vitest";
import type { Decorate, Header } from "../../src/cors/decision.ts";
import {
  immediateHeaders,
  MAX_EXPOSED_LENGTH,
  MAX_EXPOSED_NAMES,
  metadataEntries,
  responseEdits,
} from "../../src/cors/edits.ts";
import { fixedHeader, isFixed } from "../../src/cors/fixed-header.ts";

const decorate = (over: Partial<Decorate> = {}): Decorate => ({
  kind: "decorate",
  headers: [["access-control-allow-origin", "https://a"]],
  vary: ["Origin"],
  removeTiming: false,
  exposeReceived: false,
  ...over,
});

function value(headers: readonly Header[], name: string): string | undefined {
  return headers.find(([known]) => known === name)?.[1];
}

describe("Vary", () => {
  test.each<[string | undefined, readonly string[], string | undefined]>([
    [undefined, ["Origin"], "Origin"],
    ["", ["Origin"], "Origin"],
    ["Accept-Encoding", ["Origin"], "Accept-Encoding, Origin"],
    ["accept , ORIGIN", ["Origin"], undefined],
    ["Origin, origin", ["Origin"], "Origin"],
    ["*", ["Origin"], undefined],
    ["Accept, *", ["Origin"], undefined],
    ["Accept", [], undefined],
    ["Accept, Accept", [], undefined],
    ["Acc ept, \u00e9, Accept", ["Origin"], "Accept, Origin"],
    ["origin", ["Origin", "X"], "origin, X"],
  ])("%j with %j becomes %j", (received, vary, expected) => {
    const headers: Header[] = received === undefined ? [] : [["vary", received]];
    expect(value(responseEdits(decorate({ vary }), headers).set, "vary")).toBe(expected);
  });

  test("several lines are one list", () => {
    const received: Header[] = [
      ["vary", "Accept"],
      ["vary", "Accept-Language, accept"],
    ];
    expect(value(responseEdits(decorate(), received).set, "vary")).toBe(
      "Accept, Accept-Language, Origin",
    );
  });
});

test("Vary is not made of other headers", () => {
  const received: Header[] = [
    ["content-type", "text/plain"],
    ["vary", "Accept"],
    ["server", "x"],
  ];
  expect(value(responseEdits(decorate(), received).set, "vary")).toBe("Accept, Origin");
});

describe("the service's CORS headers", () => {
  const received: Header[] = [
    ["access-control-allow-origin", "*"],
    ["access-control-allow-methods", "GET"],
    ["access-control-allow-methods", "PUT"],
    ["access-control-x ", "illegal"],
    ["timing-allow-origin", "*"],
    ["content-type", "text/plain"],
  ];
  test("are removed once each, unless they are replaced", () => {
    expect(responseEdits(decorate(), received).remove).toEqual(["access-control-allow-methods"]);
  });
  test("include Timing-Allow-Origin where a policy sends it", () => {
    expect(responseEdits(decorate({ removeTiming: true, headers: [] }), received).remove).toEqual([
      "access-control-allow-origin",
      "access-control-allow-methods",
      "timing-allow-origin",
    ]);
  });
});

describe("exposing what was received", () => {
  const expose = (names: readonly string[]) =>
    value(
      responseEdits(
        decorate({ exposeReceived: true }),
        names.map((name): Header => [name, "v"]),
      ).set,
      "access-control-expose-headers",
    );
  test.each<[string[], string | undefined]>([
    [[], undefined],
    [["x-a", "x-b", "x-a"], "x-a, x-b"],
    [[":status", "access-control-max-age", "set-cookie", "set-cookie2", "x a", "x-a"], "x-a"],
  ])("%j gives %j", (names, expected) => expect(expose(names)).toBe(expected));
  test("stops at the limits", () => {
    const names = Array.from({ length: MAX_EXPOSED_NAMES + 1 }, (_, at) => `x-${at}`);
    expect(expose(names)?.split(", ")).toEqual(names.slice(0, MAX_EXPOSED_NAMES));
    const long = "a".repeat(MAX_EXPOSED_LENGTH - 3);
    expect(expose([long, "b"])).toBe(`${long}, b`);
    expect(expose([`${long}a`, "b"])).toBe(`${long}a`);
    expect(expose([`${long}aaa`])).toBe(`${long}aaa`);
    expect(expose([`${long}aaaa`])).toBeUndefined();
    const shorter = "a".repeat(MAX_EXPOSED_LENGTH - 6);
    expect(expose([shorter, "b", "c"])).toBe(`${shorter}, b, c`);
    expect(expose([`${shorter}a`, "b", "c"])).toBe(`${shorter}a, b`);
  });
});

test("an immediate answer has its headers and Vary", () => {
  const headers: Header[] = [["cache-control", "no-store"]];
  const action = { kind: "respond", status: 403, body: "no", headers, vary: ["A", "B"] } as const;
  expect(immediateHeaders(action)).toEqual([...headers, ["vary", "A, B"]]);
});

test("the entry of a header that is the same in all answers is made once", () => {
  const header = fixedHeader("access-control-max-age", "60");
  const passing: Header = ["access-control-allow-origin", "https://a"];
  const entries = () => metadataEntries(decorate({ headers: [header, passing], vary: [] }));
  const [fixed, passed] = entries();
  const [again, anew] = entries();
  expect([fixed, passed]).toEqual([
    ["max_age", "60"],
    ["allow_origin", "https://a"],
  ]);
  expect(again).toBe(fixed);
  // One for each origin would be kept for good by whoever keeps what was made of fixed headers.
  expect(anew).not.toBe(passed);
  expect([fixed, passed].map((entry) => entry !== undefined && isFixed(entry))).toEqual([
    true,
    false,
  ]);
});

test("an action is not changed by putting it onto a response", () => {
  const action = decorate();
  const set: Header[] = [...action.headers, ["vary", "Origin"]];
  expect(responseEdits(action, [])).toEqual({ set, remove: [] });
  expect(action).toEqual(decorate());
});

test("metadata keys are header names without their prefix", () => {
  const headers: Header[] = [
    ["access-control-allow-origin", "*"],
    ["timing-allow-origin", "*"],
  ];
  expect(metadataEntries(decorate({ headers }))).toEqual([
    ["allow_origin", "*"],
    ["timing_allow_origin", "*"],
    ["vary", "Origin"],
  ]);
  expect(metadataEntries(decorate({ headers: [], vary: [] }))).toEqual([]);
});
