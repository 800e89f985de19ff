import { describe, expect, test } from "vitest";
import { readDescription } from "../../src/explain/read-description.ts";

const LEAST = { method: "GET", url: "/" };
const READ = {
  ...LEAST,
  headers: [],
  httpVersion: undefined,
  route: undefined,
  group: undefined,
};

describe("a description", () => {
  test.each([
    ["the least", LEAST, READ],
    [
      "everything",
      { ...LEAST, headers: [], httpVersion: "2", route: "r", group: "g" },
      { ...READ, httpVersion: "2", route: "r", group: "g" },
    ],
    ["null is nothing", { ...LEAST, headers: null, httpVersion: null, route: null }, READ],
    [
      "headers as a list",
      { ...LEAST, headers: [["A", "1"]].concat([["A", "2"]]) },
      {
        ...READ,
        headers: [
          ["A", "1"],
          ["A", "2"],
        ],
      },
    ],
    [
      "headers as an object",
      { ...LEAST, headers: { A: ["1", "2"], b: "3" } },
      {
        ...READ,
        headers: [
          ["A", "1"],
          ["A", "2"],
          ["b", "3"],
        ],
      },
    ],
  ])("%s", (_, json, value) => {
    expect(readDescription(json)).toEqual({ ok: true, value });
  });

  const HEADERS = "headers: write `[[name, value], …]`, or an object of texts or lists of texts";

  test.each([
    [null, "write an object with `method` and `url`"],
    [[], "write an object with `method` and `url`"],
    ["GET", "write an object with `method` and `url`"],
    [{ url: "/" }, "method: write a text"],
    [{ ...LEAST, url: 1 }, "url: write a text"],
    [{ ...LEAST, route: 1 }, "route: write a text, or leave it out"],
    [
      { ...LEAST, header: [] },
      "`header` is no key; the keys are method, url, httpVersion, route, group, headers",
    ],
    [{ ...LEAST, headers: "Origin: x" }, HEADERS],
    [{ ...LEAST, headers: [["a"]] }, HEADERS],
    [{ ...LEAST, headers: [["a", "b", "c"]] }, HEADERS],
    [{ ...LEAST, headers: [["a", 1]] }, HEADERS],
    [{ ...LEAST, headers: ["ab"] }, HEADERS],
    [{ ...LEAST, headers: { a: 1 } }, HEADERS],
    [{ ...LEAST, headers: { a: [1] } }, HEADERS],
  ])("%j is none", (json, error) => {
    expect(readDescription(json)).toEqual({ ok: false, error });
  });
});
