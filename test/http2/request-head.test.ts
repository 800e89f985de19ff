import { describe, expect, test } from "vitest";
import { areTrailers, readHead } from "../../src/http2/request-head.ts";
import type { Field } from "../../src/http2/static-table.ts";
import { POST } from "./frames.ts";

describe("a head is read (RFC 9113 section 8.3.1)", () => {
  test("of pseudo-header fields alone", () => {
    expect(readHead(POST)).toEqual({
      method: "POST",
      path: "/",
      headers: new Map(),
      contentLength: Number.NaN,
    });
  });

  test.each<[string, Field[], [string, string][]]>([
    [
      "lines of one name are joined",
      [
        ["a", "1"],
        ["b", "2"],
        ["a", "3"],
      ],
      [
        ["a", "1, 3"],
        ["b", "2"],
      ],
    ],
    ["`te: trailers`", [["te", "trailers"]], [["te", "trailers"]]],
    ["all of a token", [["!#$%&'*+-.^_`|~09az", ""]], [["!#$%&'*+-.^_`|~09az", ""]]],
    [
      "blanks inside a value, and any byte",
      [["a", "b \t c\x01\x7f\xff"]],
      [["a", "b \t c\x01\x7f\xff"]],
    ],
  ])("%s", (_, fields, expected) => {
    expect([...(readHead([...POST, ...fields])?.headers ?? [])]).toEqual(expected);
  });

  test("with an authority", () => {
    expect(readHead([...POST, [":authority", "a:1"]])).toBeDefined();
  });

  test.each([
    ["0", 0],
    ["5", 5],
    ["007", 7],
    ["999999999999999", 999_999_999_999_999],
  ])("a content length of %s", (text, contentLength) => {
    expect(readHead([...POST, ["content-length", text]])).toMatchObject({ contentLength });
  });
});

const without = (name: string): Field[] => POST.filter(([its]) => its !== name);

describe("a head is malformed", () => {
  test.each<[string, Field[]]>([
    ["without anything", []],
    ["without a method (section 8.3.1)", without(":method")],
    ["without a scheme", without(":scheme")],
    ["without a path", without(":path")],
    ["with an empty path", [...without(":path"), [":path", ""]]],
    ["with a method twice", [...POST, [":method", "POST"]]],
    ["with a pseudo-header field of responses", [...POST, [":status", "200"]]],
    ["with a pseudo-header field that nobody knows", [...POST, [":a", "b"]]],
    [
      "with a pseudo-header field after others (section 8.3)",
      [...without(":path"), ["a", "b"], [":path", "/"]],
    ],
    ["with a line end in its path", [...without(":path"), [":path", "/\r\n"]]],
  ])("%s", (_, fields) => {
    expect(readHead(fields)).toBeUndefined();
  });

  test.each(["", "a", "-1", "+1", "1.5", "1e3", "0x10", "1, 1", "Infinity", "1234567890123456"])(
    "with a content length of %j (RFC 9110 section 8.6)",
    (text) => {
      expect(readHead([...POST, ["content-length", text]])).toBeUndefined();
    },
  );
});

describe("lines that may stand neither in a head nor in trailers", () => {
  test.each<[string, Field]>([
    ["a name in upper case (section 8.2.1)", ["A", "b"]],
    ["no name", ["", "b"]],
    ["a blank in a name", ["a b", "c"]],
    ["a colon in a name", ["a:b", "c"]],
    ["a control character in a name", ["a\x00", "c"]],
    ["a byte above 127 in a name", ["\xe4", "c"]],
    ["a line feed in a value", ["a", "b\nc"]],
    ["a carriage return in a value", ["a", "b\rc"]],
    ["a NUL in a value", ["a", "b\0c"]],
    ["a value that starts with a blank", ["a", " b"]],
    ["a value that ends with a tab", ["a", "b\t"]],
    ["what belongs to one connection (section 8.2.2)", ["connection", "close"]],
    ["keep-alive", ["keep-alive", "a"]],
    ["proxy-connection", ["proxy-connection", "a"]],
    ["transfer-encoding", ["transfer-encoding", "chunked"]],
    ["upgrade", ["upgrade", "h2c"]],
    ["te with anything but trailers", ["te", "gzip"]],
    ["two values of te", ["te", "trailers, gzip"]],
  ])("%s", (_, field) => {
    expect(areTrailers([["a", "b"], field])).toBe(false);
    expect(readHead([...POST, field])).toBeUndefined();
  });

  test("a pseudo-header field is no trailer (section 8.1)", () => {
    expect(areTrailers([[":method", "POST"]])).toBe(false);
  });

  test.each([[[]], [[["a", "b"]]]] as [Field[]][])("trailers: %j", (fields) => {
    expect(areTrailers(fields)).toBe(true);
  });
});
