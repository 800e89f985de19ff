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
    ["a\ud800\u009b)", String.raw`unexpected ): ${"`"}a\u{d800}\u{9b})${"`"}`],
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

test("plain hosts are serialized as the URL standard does it", () => {
  const label = fc.string({ unit: fc.constantFrom(..."axn-_0179."), minLength: 1, maxLength: 8 });
  const host = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join("."));
  fc.assert(
    fc.property(host, (text) => {
      const expected = URL.parse(`http://${text}/`)?.hostname;
      fc.pre(expected !== undefined && expected !== "" && !text.includes("xn--"));
      expect(libraries.serializeHost(text)).toBe(expected);
    }),
    { numRuns: 1000 },
  );
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

describe("public suffixes below a name", () => {
  test.each([
    ["core.windows.net", ["web", "file", "blob"].map((label) => `${label}.core.windows.net`)],
    ["ck", ["any.ck"]],
    ["kawasaki.jp", ["any.kawasaki.jp"]],
    ["github.io", []],
    ["example.com", []],
    ["service.internal", []],
    ["10.0.0.1", []],
    ["", []],
  ])("%s", (host, suffixes) => {
    expect(libraries.suffixesBelow(host).toSorted()).toEqual(suffixes.toSorted());
    expect(libraries.suffixesBelow(host)).toEqual(libraries.suffixesBelow(host));
  });

  test("are suffixes, nearest first", () => {
    const suffixes = libraries.suffixesBelow("amazonaws.com");
    expect(suffixes.length).toBeGreaterThan(100);
    expect(suffixes).toContain("s3.amazonaws.com");
    expect(suffixes).toContain("s3.dualstack.eu-west-3.amazonaws.com");
    expect(suffixes.filter((each) => libraries.publicSuffix(each) !== each)).toEqual([]);
    const depths = suffixes.map((each) => each.split(".").length);
    expect(depths).toEqual(depths.toSorted((a, b) => a - b));
  });
});
