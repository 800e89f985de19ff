import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitTarget } from "../../src/explain/target.ts";

describe("splitTarget", () => {
  test.each([
    ["https://api.example.com/orders?x=1", "https", "api.example.com", "/orders?x=1"],
    ["HTTP://API.example.com:8080", "http", "API.example.com:8080", "/"],
    ["https://api.example.com?x=/", "https", "api.example.com", "/?x=/"],
    ["https://api.example.com/a/../b/./c", "https", "api.example.com", "/a/../b/./c"],
    ["https://api.example.com/a\\..\\b", "https", "api.example.com", "/a\\..\\b"],
    [
      "https://api.example.com//orders;v=1/%2e%2E",
      "https",
      "api.example.com",
      "//orders;v=1/%2e%2E",
    ],
    ["https://me:secret@api.example.com/", "https", "me:secret@api.example.com", "/"],
    ["https://[::1]:8443/x", "https", "[::1]:8443", "/x"],
    ["https://api.example.com/x#part?y", "https", "api.example.com", "/x"],
    ["https://api.example.com#part", "https", "api.example.com", "/"],
    ["ws://api.example.com/chat", "http", "api.example.com", "/chat"],
    ["wss://api.example.com/chat", "https", "api.example.com", "/chat"],
    ["/orders?x=1#part", undefined, undefined, "/orders?x=1"],
    ["//orders/1", undefined, undefined, "//orders/1"],
    ["/x/..%2forders", undefined, undefined, "/x/..%2forders"],
  ])("%s", (url, scheme, authority, path) => {
    expect(splitTarget(url)).toEqual({ ok: true, value: { scheme, authority, path } });
  });

  test.each([
    ["", "write"],
    ["api.example.com/orders", "write"],
    ["orders", "write"],
    ["ftp://api.example.com/", "write"],
    ["https:///orders", "write"],
    ["https:/api.example.com", "write"],
    ["https://api.example.com/a b", "percent-encode"],
    ["/a\tb", "percent-encode"],
    ["/a\u007f", "percent-encode"],
  ])("refuses %j", (url, remedy) => {
    expect(splitTarget(url)).toEqual({ ok: false, error: expect.stringContaining(remedy) });
  });

  test("keeps every path byte for byte", () => {
    const path = fc.stringMatching(/^\/[!"$-~]{0,40}$/);
    fc.assert(
      fc.property(path, (text) => {
        const value = { scheme: "https", authority: "api.example.com", path: text };
        expect(splitTarget(`https://api.example.com${text}`)).toEqual({ ok: true, value });
      }),
    );
  });
});
