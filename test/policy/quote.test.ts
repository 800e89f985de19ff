import { describe, expect, test } from "vitest";
import { quote } from "../../src/policy/quote.ts";

describe("the operator's text in a message", () => {
  test.each([
    ["a b", "`a b`"],
    ["münchen", "`münchen`"],
    ["a\nb", "`a\\u{a}b`"],
    ["\u001b[31m", "`\\u{1b}[31m`"],
    ["\u202Eabc", "`\\u{202e}abc`"],
    ["\uD800", "`\\u{d800}`"],
    ["a".repeat(100), `\`${"a".repeat(100)}\``],
    ["a".repeat(101), `\`${"a".repeat(100)}…\``],
  ])("%j", (text, quoted) => {
    expect(quote(text)).toBe(quoted);
  });
});
