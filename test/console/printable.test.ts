import { expect, test } from "vitest";
import { printable, printableLines } from "../../src/console/page/printable.js";
import { printable as printableByServer } from "../../src/policy/quote.ts";

test.each([
  "plain",
  "a\u202eb\u2066c",
  "\u0000\u001b[31m\u0085\u00ad",
  "line\nline\ttab\r",
  "\u2028\u2029\ufeff\u200d",
  "\ud800 alone, 😀 not",
  "<b>`é",
])("%j is shown as the server's messages show it", (text) => {
  expect(printable(text)).toBe(printableByServer(text));
});

test("a text of several lines keeps its lines, and nothing else that cannot be seen", () => {
  expect(printableLines("a:\n\t- b\r\n\u202e\u0000\u2028é")).toBe(
    "a:\n\t- b\\u{d}\n\\u{202e}\\u{0}\\u{2028}é",
  );
});
