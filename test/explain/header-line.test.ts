import { describe, expect, test } from "vitest";
import { joinLines, parseHeader, splitHeaderLine } from "../../src/explain/header-line.ts";

describe("a line", () => {
  test.each([
    ["Origin: https://app.example.com", "origin", "https://app.example.com"],
    ["origin:https://app.example.com", "origin", "https://app.example.com"],
    ["Origin:", "origin", ""],
    ["X-Id:  a\tb \t", "x-id", "a\tb"],
    ["X-Id: ü", "x-id", "ü"],
  ])("%j", (line, name, value) => {
    expect(parseHeader(...splitHeaderLine(line))).toEqual({ ok: true, value: [name, value] });
  });

  test.each(["", "Origin", ":authority: x", ": x", "a b: x", "Origin : x"])(
    "refuses %j: no name",
    (line) => {
      expect(parseHeader(...splitHeaderLine(line))).toEqual({
        ok: false,
        error: "write `name: value`",
      });
    },
  );

  test.each(["a: b\nc", "a: b\rc", "a: \0", "a: \x7f"])("refuses %j: control character", (line) => {
    expect(parseHeader(...splitHeaderLine(line))).toEqual({
      ok: false,
      error: "holds a control character",
    });
  });
});

describe("joinLines", () => {
  test.each([
    { lines: [], joined: {} },
    { lines: [["a", "1"]], joined: { a: "1" } },
    {
      lines: [
        ["a", "1"],
        ["b", "2"],
        ["a", "3"],
      ],
      joined: { a: "1,3", b: "2" },
    },
    {
      lines: [
        ["a", ""],
        ["a", "1"],
        ["a", ""],
      ],
      joined: { a: "1" },
    },
    { lines: [["a", ""]], joined: { a: "" } },
  ] as const)("$lines", ({ lines, joined }) => {
    expect(Object.fromEntries(joinLines(lines))).toEqual(joined);
  });
});
