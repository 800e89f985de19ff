import { describe, expect, test } from "vitest";
import { MAX_MAX_AGE, parseMaxAge } from "../../../src/policy/decode/max-age.ts";

describe("maxAge in whole seconds", () => {
  test.each<[string | number, number]>([
    [0, 0],
    [-1, -1],
    ["-1", -1],
    [900, 900],
    ["900", 900],
    ["0", 0],
    ["30s", 30],
    ["15m", 900],
    ["2h", 7200],
    ["1d", 86_400],
    [MAX_MAX_AGE, 2_147_483_647],
    ["2147483647s", 2_147_483_647],
  ])("%j is %d", (written, seconds) => {
    expect(parseMaxAge(written)).toEqual({ ok: true, value: seconds });
  });

  test.each<[string | number, string]>([
    [1.5, "is no time in whole seconds"],
    ["1.5h", "is no time in whole seconds"],
    ["", "is no time in whole seconds"],
    ["15 m", "is no time in whole seconds"],
    ["15M", "is no time in whole seconds"],
    ["1w", "is no time in whole seconds"],
    ["-1s", "is no time in whole seconds"],
    [Number.NaN, "is no time in whole seconds"],
    [Number.POSITIVE_INFINITY, "is no time in whole seconds"],
    [-2, "is below -1"],
    ["-2", "is below -1"],
    [MAX_MAX_AGE + 1, "is more than 2147483647 seconds"],
    ["2147483648", "is more than 2147483647 seconds"],
    ["24856d", "is more than 2147483647 seconds"],
  ])("%j is refused: it %s", (written, message) => {
    expect(parseMaxAge(written)).toMatchObject({ ok: false, error: { message } });
  });
});
