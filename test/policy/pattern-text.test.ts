import { expect, test } from "vitest";
import { parseOriginPattern } from "../../src/policy/decode/written-pattern.ts";
import { hostMatchText, patternText } from "../../src/policy/pattern-text.ts";
import { libraries } from "../../src/source/libraries.ts";

test.each([
  ["*", "*"],
  ["null", "null"],
  ["https://App.example.com:443", "https://app.example.com"],
  ["https://*.example.com:8443", "https://*.example.com:8443"],
  ["https://app.example.com:*", "https://app.example.com:*"],
  ["http://*:80", "http://*"],
  ["~https://a\\.example", "~https://a\\.example"],
])("patternText of %j is %j", (written, text) => {
  const parsed = parseOriginPattern(written, libraries);
  expect(parsed.ok && patternText(parsed.value)).toBe(text);
});

test("hostMatchText writes a host as in a document", () => {
  expect(hostMatchText({ kind: "exact", name: "a.example" })).toBe("a.example");
  expect(hostMatchText({ kind: "children", of: "a.example" })).toBe("*.a.example");
});
