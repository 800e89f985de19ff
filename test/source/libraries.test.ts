import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { libraries } from "../../src/source/libraries.ts";

describe("expressions", () => {
  const matches = (source: string, text: string): boolean | string => {
    const compiled = libraries.compileExpression(source);
    return compiled.ok ? compiled.value.test(text) : compiled.error;
  };

  test.each([
    ["ab", "ab", true],
    ["ab", "abc", false],
    ["ab", "xab", false],
    ["a|b", "ab", false],
    ["a|ab", "ab", true],
    ["a*?", "aaa", true],
    ["ab", "ab\n", false],
    ["(?m)ab$", "ab\n", false],
    ["(?i)ab", "AB", true],
  ])("%s on %j: %s", (source, text, expected) => {
    expect(matches(source, text)).toBe(expected);
  });

  test.each([
    ["(", "missing closing ): `(`"],
    ["a)|(b", "unexpected ): `a)|(b`"],
    [String.raw`(a)\1`, String.raw`invalid escape sequence: ${"`"}\1${"`"}`],
    ["a{1001}", "invalid repeat count: `{1001}`"],
    ["a".repeat(513), "it is too long"],
    [String.raw`\Qa`, "missing closing )"],
  ])("%s is none: %s", (source, phrase) => {
    const compiled = libraries.compileExpression(source);
    expect(compiled.ok ? "" : compiled.error).toContain(phrase);
  });

  test("say how large they are", () => {
    const size = (source: string): number => {
      const compiled = libraries.compileExpression(source);
      return compiled.ok ? compiled.value.instructions : Number.NaN;
    };
    expect(size("a")).toBeLessThan(10);
    expect(size("(ab){400}")).toBeGreaterThan(800);
  });

  test("whatever the source, there is an answer", () => {
    const source = fc.string({ unit: fc.constantFrom(...String.raw`ab()[]{}|*+?.^$\19,-:=!<`) });
    fc.assert(
      fc.property(source, (written) => {
        expect(typeof libraries.compileExpression(written).ok).toBe("boolean");
      }),
      { numRuns: 500 },
    );
  });
});

describe("hosts as the URL standard writes them", () => {
  test.each([
    ["example.com", "example.com"],
    ["EXAMPLE.com", "example.com"],
    ["example.com.", "example.com."],
    ["münchen.de", "xn--mnchen-3ya.de"],
    ["xn--mnchen-3ya.de", "xn--mnchen-3ya.de"],
    ["127.1", "127.0.0.1"],
    ["0x7f000001", "127.0.0.1"],
    ["[::1]", "[::1]"],
    ["[0:0::1]", "[::1]"],
    ["[::ffff:1.2.3.4]", "[::ffff:102:304]"],
    ["a_b", "a_b"],
  ])("%s: %s", (host, serialized) => {
    expect(libraries.serializeHost(host)).toBe(serialized);
  });

  test.each([
    "",
    "a b",
    "a\tb",
    "a/b",
    "a?b",
    "a#b",
    "a\\b",
    "me@a",
    "a:80",
    "[::1]:80",
    "::1",
    "%61",
    "xn--a",
    "a.xn--zzzzzz.b",
    "1.2.3.4.5",
    "256.1.1.1",
    "[::g]",
    "\u00AD",
  ])("%j is none", (host) => {
    expect(libraries.serializeHost(host)).toBeUndefined();
  });
});

describe("public suffixes", () => {
  test.each([
    ["co.uk", "co.uk"],
    ["example.co.uk", "co.uk"],
    ["github.io", "github.io"],
    ["me.github.io", "github.io"],
    ["example.com", "com"],
    ["com", "com"],
    // A wildcard rule and its exception.
    ["foo.ck", "foo.ck"],
    ["www.ck", "ck"],
    ["xn--p1ai", "xn--p1ai"],
    ["partner.example", undefined],
    ["localhost", undefined],
    ["service.internal", undefined],
    ["127.0.0.1", undefined],
    ["[::1]", undefined],
  ])("%s: %s", (host, suffix) => {
    expect(libraries.publicSuffix(host)).toBe(suffix);
  });
});
