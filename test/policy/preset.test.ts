import { describe, expect, test } from "vitest";
import { PRESETS } from "../../src/policy/document.ts";
import { presetOf } from "../../src/policy/preset.ts";

// One row a switch or default, one column a preset, in the order of PRESETS: the table of the documentation.
const status = (origin: number, method: number, header: number) => ({
  origin,
  method,
  header,
  httpVersion: 403,
  missingOrigin: 403,
});
const all = <T>(value: T): T[] => PRESETS.map(() => value);
const GHP = ["GET", "HEAD", "POST"];

const BEHAVIOR = {
  refusedActual: ["reject", "reject", "reject", "forward", "forward", "forward", "forward"],
  refusedPreflight: ["reject", "reject", "reject", "reject", "reject", "bare", "forward"],
  preflightStatus: [200, 200, 200, 200, 204, 200, 200],
  refusalStatus: [
    status(403, 405, 403),
    status(403, 405, 403),
    status(403, 405, 403),
    status(400, 400, 400),
    status(403, 403, 403),
    status(403, 403, 403),
    status(403, 403, 403),
  ],
  checkRequested: [true, true, true, true, true, false, false],
  checkActualMethod: [true, false, true, false, false, false, false],
  safelistedMethods: ["listed", "listed", "listed", "listed", "always", "always", "always"],
  sameOrigin: all("exempt"),
  anyOriginAnswer: ["star", "star", "star", "echo", "star", "star", "echo"],
  exposeOnPreflight: [false, false, false, false, false, true, false],
};

const DEFAULTS = {
  allowOrigins: ["nobody", "nobody", "anyone", "nobody", "nobody", "nobody", "nobody"],
  allowMethods: [GHP, "required", "any", [], GHP, GHP, GHP],
  allowHeaders: ["none", "none", "none", "any", "none", "none", "none"],
  httpVersions: ["all", "all", "required", "all", "all", "all", "all"],
  maxAge: [undefined, undefined, 900, undefined, undefined, 5, undefined],
};

const column = (table: object, place: number): object =>
  Object.fromEntries(Object.entries(table).map(([key, row]) => [key, row[place]]));

describe("presetOf", () => {
  test.each(PRESETS.map((name, place) => ({ name, place })))("$name", ({ name, place }) => {
    const { behavior, defaults } = presetOf(name);
    expect(behavior).toEqual(column(BEHAVIOR, place));
    expect(defaults).toEqual(column(DEFAULTS, place));
  });

  test("knows the methods of the products that offer a choice of them", () => {
    expect(PRESETS.map((name) => presetOf(name).offeredMethods?.join(" "))).toEqual([
      undefined,
      "GET POST PUT DELETE PATCH",
      undefined,
      "GET DELETE PATCH POST PUT OPTIONS TRACE HEAD",
      undefined,
      undefined,
      undefined,
    ]);
  });
});
