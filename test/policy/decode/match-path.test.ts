import { describe, expect, test } from "vitest";
import { parsePathMatch } from "../../../src/policy/decode/match-path.ts";

describe("path of a match", () => {
  test.each([
    ["/", "/"],
    ["/orders", "/orders"],
    ["/orders/", "/orders"],
    ["/a/b.c/d_e~f", "/a/b.c/d_e~f"],
    ["/.well-known/x", "/.well-known/x"],
    ["/a%20b", "/a%20b"],
    ["/caf%C3%A9/", "/caf%C3%A9"],
    ["/odata/Products(1)", "/odata/Products(1)"],
    ["/a*b", "/a*b"],
    ["/...", "/..."],
  ])("%s", (text, value) => {
    expect(parsePathMatch(text)).toEqual({ ok: true, value });
  });

  test.each([
    ["orders", "it does not begin with `/`", "write `/orders`"],
    ["", "it does not begin with `/`", "write `/`"],
    ["orders?x", "it does not begin with `/`", "write it from the first `/` on"],
    ["https://api.example.com/orders", "it is a URL", "write its host as `host`"],
    ["/a b", "a character that no path has", "percent-encode"],
    ["/café", "a character that no path has", "percent-encode"],
    ["/a\n", "a character that no path has", "percent-encode"],
    ["/a?x=1", "a path ends before", "write only what stands in front"],
    ["/a#b", "a path ends before", "write only what stands in front"],
    ["/a;v=1", "a path ends before", "write only what stands in front"],
    ["/a\\b", "a path ends before", "write only what stands in front"],
    ["//a", "it has an empty segment", "write single slashes"],
    ["/a//", "it has an empty segment", "write single slashes"],
    ["/a/../b", "it has a dot segment", "write the path that it leads to"],
    ["/a/.", "it has a dot segment", "write the path that it leads to"],
    ["/./a", "it has a dot segment", "write the path that it leads to"],
    ["/orders/*", "a path is a prefix already", "write it up to the segment"],
    ["/orders/**/x", "a path is a prefix already", "write it up to the segment"],
    ["/100%", "a `%` without two hexadecimal digits", "write `%` with two such digits"],
    ["/a%zz", "a `%` without two hexadecimal digits", "write `%` with two such digits"],
    ["/a%2fb", "it has an escape of", "write `.` as it is"],
    ["/a%2E%2e/b", "it has an escape of", "write `.` as it is"],
    ["/a%5C", "it has an escape of", "write `.` as it is"],
    ["/a%3b", "it has an escape of", "write `.` as it is"],
    ["/a%25", "it has an escape of", "write `.` as it is"],
    ["/a%3F", "it has an escape of", "write `.` as it is"],
    ["/a%23", "it has an escape of", "write `.` as it is"],
  ])("%j: %s", (text, why, fix) => {
    const parsed = parsePathMatch(text);
    const error = parsed.ok ? undefined : parsed.error;
    expect(error?.why).toContain(why);
    expect(error?.fix).toContain(fix);
  });
});
