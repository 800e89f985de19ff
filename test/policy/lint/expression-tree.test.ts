import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_SAMPLES, sampleTree } from "../../../src/policy/lint/expression-sample.ts";
import { readExpression } from "../../../src/policy/lint/expression-tree.ts";
import { libraries } from "../../../src/source/libraries.ts";

const texts = (source: string): readonly string[] =>
  sampleTree(readExpression(source)).map(({ text }) => text);

const matched = (source: string): readonly string[] => {
  const compiled = libraries.compileExpression(source);
  return compiled.ok ? texts(source).filter((text) => compiled.value.test(text)) : ["!"];
};

describe("an example of an expression", () => {
  // What RE2 syntax reads, by an example that the expression itself is asked to confirm.
  test.each([
    ["abc", ["abc"]],
    ["a|bc|d", ["a", "bc", "d"]],
    ["a(b|c)d", ["abd", "acd"]],
    ["a(?:b|c)", ["ab", "ac"]],
    ["(?P<n>a)(?<m>b)", ["ab"]],
    ["x?", ["x", ""]],
    ["x??y", ["xy", "y"]],
    ["(ab){2}", ["abab"]],
    ["(ab){2,}", ["abab"]],
    ["(ab){1,3}?", ["ab"]],
    ["(ab)+", ["ab"]],
    ["(ab)*", ["ab", ""]],
    ["(?:a?)*", ["a", "", ""]],
    ["^a$", ["a"]],
    ["\\Aa\\b\\z", ["a"]],
    ["a\\.b", ["a.b"]],
    ["\\x61\\x{62}", ["ab"]],
    ["\\Qa.b\\E(c)", ["a.bc"]],
    [".", [".", "x"]],
    ["\\d", ["0", "1"]],
    ["\\D", [".", "x"]],
    ["\\w", ["a", "b"]],
    ["\\W", ["-", "."]],
    ["\\s", []],
    ["\\S", [".", "x"]],
    ["\\pL", ["x"]],
    ["\\p{Greek}", []],
    ["\\PN", [".", "x"]],
    ["\\056", []],
    ["[b-d]", ["b", "c"]],
    ["[^a-z]", [".", "0"]],
    ["[]a]", ["a", "]"]],
    ["[^]a]", [".", "x"]],
    ["[a-]", ["a", "-"]],
    ["[\\.\\d]", [".", "0"]],
    ["[\\x2d\\w]", ["a", "b"]],
    ["[[:alpha:]]", ["a", "b"]],
    ["[[:^alpha:]]", [".", "0"]],
    ["[[:graph:]]", [".", "x"]],
    ["[[:upper:]]", []],
    ["[A-Z]", []],
    ["(?i)[A-Z]", ["a", "b"]],
    ["(?i)AB", ["ab"]],
    ["(?i:A)B", ["aB"]],
    ["((?i)A)B", ["aB"]],
    ["(?s-i:a)b", ["ab"]],
    ["a(?i)B|C", ["ab", "c"]],
    ["(?i)[AB]", ["a", "b"]],
    ["[0-9]?", ["1", "", "0"]],
    ["[bc]{3}", ["bbb"]],
    ["[a-z]{4,5}", ["aaaa", "acom"]],
    ["[a-z.]*", ["a", "", "a.", ".com", "com"]],
  ])("%j", (source, expected) => {
    expect(matched(source)).toEqual(expected);
  });

  test("that is not one of its matches is known by asking the expression", () => {
    expect(texts("a{0}")).not.toEqual(matched("a{0}"));
    expect(texts("\\pL")).not.toEqual(matched("\\pL"));
  });

  test.each([
    ["[0-9]x", "ll"],
    ["[0-9]?x", "ll"],
    ["[0-9]+x", "fl"],
    ["[a-k]x", "fl"],
    ["[a-j]x", "ll"],
    [".x", "fl"],
    [".?x", "fl"],
    ["(ab){2}x", "lllll"],
    ["(a|b)x", "ll"],
    ["(a|b)+x", "fl"],
    ["(a(b|c)){2}x", "ffffl"],
    ["(ab?)+x", "ffl"],
    ["(a{2})+x", "lll"],
    ["([bc]{2})+x", "ffl"],
  ])("%j marks what was not spelled out", (source, marks) => {
    expect(sampleTree(readExpression(source))[0]?.marks).toBe(marks);
  });

  // Without its dot a text names another domain than either side of it.
  test.each([
    ["a\\.?b", "ab", "lf"],
    ["a[.]?b", "ab", "lf"],
    ["a(\\.|)b", "ab", "lf"],
    ["a(\\.|-|)b", "ab", "lf"],
    ["a(x|)b", "ab", "ll"],
    ["a(?:\\.|-)?b", "ab", "lf"],
    ["a(\\.?){2}b", "ab", "lf"],
    ["a.*bc", "abc", "lfl"],
    ["(x|a\\.?)b", "ab", "lf"],
    ["a-?b", "ab", "ll"],
    ["(a\\.)?b", "b", "l"],
    ["//\\.?b", "//b", "lll"],
    ["a\\.?:1", "a:1", "lll"],
    ["a\\.?", "a", "l"],
  ])("%j without its dot is %s, marked %s", (source, text, marks) => {
    expect(sampleTree(readExpression(source))).toContainEqual({ text, marks });
  });

  test("is made of any text, whether it is an expression or not", () => {
    const pieces = [
      "\\Q",
      "\\E",
      "\\x",
      "{",
      "}",
      "[",
      "]",
      "^",
      "-",
      "(",
      ")",
      "?",
      "|",
      "[:",
      "a",
      "\\",
    ];
    const source = fc
      .array(fc.constantFrom(...pieces), { maxLength: 12 })
      .map((all) => all.join(""));
    fc.assert(
      fc.property(fc.oneof(source, fc.string()), (text) => {
        expect(Array.isArray(sampleTree(readExpression(text)))).toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(texts("\\Qa.b")).toEqual(["a.b"]);
    expect(texts("[a-\\d]")).toEqual(["0", "1"]);
  });

  test("is one of a bounded number", () => {
    const parts = ["[a-z.]*", "(a|b|c|d)", ".", "(x|y)*", "[0-9]+", "(1|2)?"];
    const source = fc
      .array(fc.constantFrom(...parts), { maxLength: 40 })
      .map((all) => all.join(""));
    fc.assert(
      fc.property(source, (text) => {
        const samples = sampleTree(readExpression(text));
        expect(samples.length).toBeGreaterThan(0);
        expect(samples.length).toBeLessThanOrEqual(MAX_SAMPLES);
        expect(samples.every(({ text: each, marks }) => each.length === marks.length)).toBe(true);
      }),
      { numRuns: 50 },
    );
    const many = Array.from({ length: 300 }, (_, i) => `a${i}`).join("|");
    expect(texts(many)).toHaveLength(MAX_SAMPLES);
    expect(texts(`(${many})*`)).toHaveLength(MAX_SAMPLES);
  });
});
