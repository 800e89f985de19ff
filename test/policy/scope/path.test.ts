import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  boundsOf,
  decodePath,
  isPlain,
  prefixesOf,
  receivedPath,
} from "../../../src/policy/scope/path.ts";

test.each([
  ["/orders?x=/y?z", "/orders"],
  ["/orders", "/orders"],
  ["?x", ""],
  ["", ""],
])("receivedPath(%j) is %j", (target, path) => {
  expect(receivedPath(target)).toBe(path);
});

describe("decodePath", () => {
  test.each([
    ["/orders/1", "/orders/1"],
    ["/orders/", "/orders/"],
    ["//orders/1", "/orders/1"],
    ["/x/..%2forders", "/orders"],
    ["/x/%2e%2E/orders", "/orders"],
    ["/x\\..\\orders", "/orders"],
    ["/x%5c..%5Corders", "/orders"],
    ["/orders;v=1/2;a;b", "/orders/2"],
    ["/orders%3bv=1", "/orders"],
    ["/x/..;/orders", "/orders"],
    ["/x/;a/../orders", "/orders"],
    ["/x//../orders", "/orders"],
    ["/./orders/.", "/orders"],
    ["/../../orders", "/orders"],
    ["/%252forders", "/%2forders"],
    ["/%6Frders", "/orders"],
    ["/%zz/%4/%", "/%zz/%4/%"],
    ["/gr%C3%B6", "/gr\u00c3\u00b6"],
    ["/orders%3fx", "/orders?x"],
    ["/.well-known/x", "/.well-known/x"],
    ["/...", "/..."],
    ["*", "/*"],
    ["", "/"],
    ["orders", "/orders"],
  ])("%j is %j", (path, decoded) => {
    expect(decodePath(path)).toBe(decoded);
  });

  test("leaves a plain path alone", () => {
    const text = fc.string({ unit: fc.constantFrom("/", "a", ".", "%", "2", "f", ";", "\\") });
    fc.assert(
      fc.property(text, (path) => {
        fc.pre(isPlain(`/${path}`));
        expect(decodePath(`/${path}`)).toBe(`/${path}`);
      }),
    );
  });
});

describe("prefixesOf", () => {
  test.each([
    ["/a/b/c", ["/a", "/a/b"], ["/a/b", "/a", ""]],
    ["/a/b/c", ["/a/b/c/d"], ["/a/b/c", "/a/b", "/a", ""]],
    ["/a", [""], [""]],
    ["/long/b", ["/a/b"], [""]],
    ["/a/", ["/a/b"], ["/a/", "/a", ""]],
    ["/", ["/a"], ["/", ""]],
    ["*", ["/a"], [""]],
    ["", ["/a"], [""]],
  ])("of %j, with %j configured", (path, configured, prefixes) => {
    expect(prefixesOf(path, boundsOf(configured))).toEqual(prefixes);
  });

  test("makes no more of a long path than is configured", () => {
    const bounds = boundsOf(["/a/b", "/c"]);
    expect(bounds).toEqual({ length: 4, depth: 2 });
    expect(prefixesOf("/".repeat(100_000), bounds)).toHaveLength(3);
    expect(prefixesOf(`/${"a".repeat(100_000)}`, bounds)).toEqual([""]);
  });
});
