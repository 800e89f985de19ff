import { expect, test } from "vitest";
import { IMPORTERS } from "../../src/import/importers.ts";

test("a kind is a word of the command line", () => {
  expect([...IMPORTERS.keys()].filter((kind) => !/^[a-z]+(?:-[a-z]+)*$/.test(kind))).toEqual([]);
});
