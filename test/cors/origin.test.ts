import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_ORIGIN_LENGTH, parseOrigin, readOrigin } from "../../src/cors/origin.ts";

describe("parseOrigin", () => {
  test.each([
    ["https://app.example.com", "https://app.example.com"],
    ["HTTPS://App.Example.COM", "https://app.example.com"],
    ["https://app.example.com:443", "https://app.example.com"],
    ["http://localhost:80", "http://localhost"],
    ["ws://a:80", "ws://a"],
    ["wss://a:443", "wss://a"],
    ["http://localhost:443", "http://localhost:443"],
    ["http://localhost:3000", "http://localhost:3000"],
    ["http://[::1]:3000", "http://[::1]:3000"],
    ["https://a:65535", "https://a:65535"],
    ["capacitor://localhost", "capacitor://localhost"],
    ["chrome-extension://abcdef", "chrome-extension://abcdef"],
    ["https://example.com.", "https://example.com."],
  ])("%s is %s", (text, canonical) => expect(parseOrigin(text)?.canonical).toBe(canonical));

  test.each([
    "",
    "null",
    "*",
    "app.example.com",
    "https://",
    "https:///",
    "https://a/",
    "https://a?",
    "https://a b",
    " https://a",
    "https://a ",
    "https://a:",
    "https://a:0",
    "https://a:080",
    "https://a:65536",
    "https://a:123456",
    "https://u@a",
    "https://a,https://b",
    "https://a, https://b",
    "https://[::1",
    "https://[:::]",
    "https://ä",
    "https://\u212Aey.example",
    "https://a\u0000",
    "1https://a",
    "https://*.a",
  ])("%j is none", (text) => expect(parseOrigin(text)).toBeUndefined());

  test("a name may be as long as the limits of DNS, and the text 512 bytes", () => {
    const host = `${"a".repeat(63)}.`.repeat(3) + "a".repeat(61);
    expect(parseOrigin(`https://${host}:8443`)?.host).toBe(host);
    const scheme = "s".repeat(MAX_ORIGIN_LENGTH - "://a".length);
    expect(parseOrigin(`${scheme}://a`)?.scheme).toBe(scheme);
    expect(parseOrigin(`${scheme}s://a`)).toBeUndefined();
  });

  test("the canonical form is its own canonical form", () => {
    const text = fc.tuple(
      fc.constantFrom("http", "HTTPS", "ws", "x+y"),
      fc.domain(),
      fc.nat(70_000),
    );
    fc.assert(
      fc.property(text, ([scheme, host, port]) => {
        const origin = parseOrigin(`${scheme}://${host}:${port}`);
        const again = origin && parseOrigin(origin.canonical);
        expect(again).toEqual(origin);
      }),
    );
  });
});

describe("readOrigin", () => {
  test.each([
    [undefined, "absent"],
    ["", "malformed"],
    ["null", "opaque"],
    ["NULL", "malformed"],
    ["https://a", "tuple"],
  ])("%j is %s", (header, kind) => expect(readOrigin(header).kind).toBe(kind));
});
