import { describe, expect, test } from "vitest";
import { suggest } from "../../../src/policy/decode/suggest.ts";

const KEYS = ["name", "allowOrigins", "allowMethods", "allowHeaders", "maxAge", "mode"];

describe("the nearest known name", () => {
  test.each([
    ["allowOrigin", "allowOrigins", true],
    ["allow_origins", "allowOrigins", true],
    ["origins", "allowOrigins", true],
    ["Access-Control-Max-Age", "maxAge", true],
    ["alowMethds", "allowMethods", true],
    ["allowMethods", "allowMethods", true],
    ["nmae", "name", true],
    ["somethingElse", "allowMethods", false],
    ["x".repeat(10_000), "maxAge", false],
  ])("%s: %s", (written, name, near) => {
    expect(suggest(written, KEYS)).toEqual({ name, near });
  });

  test("among none there is none", () => {
    expect(suggest("x", [])).toEqual({ name: "", near: false });
  });

  test("the version that is left when a part is cut off", () => {
    expect(suggest("HTTP/2.0", ["HTTP/1.0", "HTTP/2"])).toEqual({ name: "HTTP/2", near: true });
  });
});
