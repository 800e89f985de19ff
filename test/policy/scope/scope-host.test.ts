import { describe, expect, test } from "vitest";
import { hostOf, parentsOf } from "../../../src/policy/scope/scope-host.ts";

describe("hostOf", () => {
  test.each([
    ["api.example.com", "api.example.com"],
    ["API.Example.COM:8443", "api.example.com"],
    ["api.example.com:", "api.example.com"],
    ["api.example.com.", "api.example.com"],
    ["api.example.com.:443", "api.example.com"],
    ["[::1]", "[::1]"],
    ["[::1]:443", "[::1]"],
    ["127.0.0.1:80", "127.0.0.1"],
    [undefined, undefined],
    ["", undefined],
    [".", undefined],
    ["api.example.com..", undefined],
    ["[::1].", undefined],
    ["user@api.example.com", undefined],
    ["user:secret@api.example.com:80", undefined],
    ["api.example.com:80:80", undefined],
    ["api.example.com:8o", undefined],
    ["api .example.com", undefined],
    ["\u212a.example", undefined],
    ["a".repeat(64), undefined],
  ])("%j is %j", (authority, host) => {
    expect(hostOf(authority)).toBe(host);
  });
});

test("parentsOf gives the names above, nearest first", () => {
  expect(parentsOf("a.b.c")).toEqual(["b.c", "c"]);
  expect(parentsOf("localhost")).toEqual([]);
});
