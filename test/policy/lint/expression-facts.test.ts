import { expect, test } from "vitest";
import { neverMatches } from "../../../src/policy/lint/expression-facts.ts";
import { readExpression } from "../../../src/policy/lint/expression-tree.ts";

const UPPER = "it asks for upper case, and origins are compared in lower case";
const SLASH = "it asks for a slash behind the host, and an origin has none there";
const WHOLE = "it has no `://`, and it is compared with the whole origin";
const CHARACTER = "it asks for a character that no origin holds";

test.each([
  ["https://a\\.example", undefined],
  ["https://A\\.example", UPPER],
  ["(?i)https://A\\.example", undefined],
  ["https://(A|a)\\.example", undefined],
  ["https://(A|B)\\.example", UPPER],
  ["https://A?\\.example", undefined],
  ["https://[A-Z]\\.example", undefined],
  ["https://a\\.example/", SLASH],
  ["https://a\\.example/.*", SLASH],
  ["https://a\\.example(/)?", undefined],
  ["example\\.com", WHOLE],
  ["[a-z]+|(example)*", WHOLE],
  [".*example\\.com", undefined],
  ["https://a b", CHARACTER],
  ["https://a\\.example:443", "it asks for `:443`, the default port, which origins leave out"],
  ["http://a\\.example:80", "it asks for `:80`, the default port, which origins leave out"],
  ["http://a\\.example:443", undefined],
  ["https?://a\\.example:443", undefined],
  ["https://.*:443", "it asks for `:443`, the default port, which origins leave out"],
  ["foo://a:443", undefined],
])("%j", (source, reason) => {
  expect(neverMatches(readExpression(source))).toBe(reason);
});
