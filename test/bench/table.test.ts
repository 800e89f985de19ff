import { describe, expect, test } from "vitest";
import { renderTable, written } from "../../bench/table.ts";

describe("renderTable", () => {
  test("columns are as wide as their widest cell, numbers stand at the right", () => {
    const text = renderTable({
      title: "Full load",
      head: ["variant", "req/s"],
      rows: [
        ["full", "1"],
        ["request-only", "12 345"],
      ],
      notes: ["a note"],
    });
    expect(text.split("\n")).toEqual([
      "Full load",
      "--------------------",
      "variant        req/s",
      "--------------------",
      "full               1",
      "request-only  12 345",
      "  a note",
      "",
    ]);
  });

  test("a row that is too short ends early", () =>
    expect(renderTable({ title: "t", head: ["a", "b"], rows: [["x"]] })).toBe(
      "t\n----\na  b\n----\nx\n",
    ));
});

describe("written", () => {
  test.each<[number | undefined, number, string]>([
    [0, 0, "0"],
    [999.6, 0, "1 000"],
    [1234567, 0, "1 234 567"],
    [1234.5678, 2, "1 234.57"],
    [0.12345, 3, "0.123"],
    [-1234, 0, "-1 234"],
    [undefined, 1, "-"],
    [Number.NaN, 1, "-"],
    [Number.POSITIVE_INFINITY, 0, "-"],
  ])("%d with %d digits is %j", (value, digits, text) => expect(written(value, digits)).toBe(text));
});
