import { describe, expect, test } from "vitest";
import { codesOf, facts, type Parts } from "../small-config.ts";

describe("forward rules", () => {
  const forward = (rules: object | null): Parts => ({ extProc: { forward_rules: rules } });
  const allow = (...patterns: readonly object[]): object => ({
    allowed_headers: { patterns },
    disallowed_headers: null,
  });
  const all = [
    { safe_regex: { regex: ":(method|path|authority|scheme)" } },
    { prefix: "ACCESS-CONTROL-", ignore_case: true },
    { suffix: "igin" },
    { exact: "upgrade" },
    { exact: "vary" },
    { contains: "fetch" },
    { exact: "x-forwarded-proto" },
  ];

  test.each<[string, object | null, readonly string[]]>([
    ["none", null, ["forward-private"]],
    ["matchers of every kind", allow(...all), []],
    ["of a kind that is not known", allow(...all.slice(1), { custom: {} }), ["forward-missing"]],
    [
      "no origin",
      allow(...all.filter((one) => !("suffix" in one)), { exact: "timing-allow-origin" }),
      ["forward-origin-missing"],
    ],
    [
      "origin forbidden",
      {
        disallowed_headers: {
          patterns: [{ exact: "origin" }, { suffix: "cookie" }, { contains: "authorization" }],
        },
      },
      ["forward-origin-missing"],
    ],
    ["no Vary", allow(...all.filter((one) => one !== all[4])), ["forward-missing"]],
    ["no hints", allow(...all.slice(0, 5)), ["forward-hints-missing"]],
    ["a private one", allow(...all, { exact: "cookie" }), ["forward-private"]],
  ])("%s", (_, rules, codes) => {
    expect(codesOf(forward(rules))).toEqual(codes);
  });

  test("exposing everything needs all names", () => {
    const document = facts({ exposesEverything: true });
    expect(codesOf(forward(allow(...all)), document)).toEqual(["forward-names-missing"]);
    expect(codesOf({}, document)).toEqual([]);
  });
});
