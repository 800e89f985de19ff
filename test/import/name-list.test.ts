import { expect, test } from "vitest";
import { allowedHeaders, allowedMethods, exposedHeaders } from "../../src/import/name-list.ts";

const STAR = ["x", "*"];

test("a list without a star stays as it is", () => {
  for (const read of [allowedHeaders, allowedMethods, exposedHeaders]) {
    expect(read(["x", "y"], true)).toEqual({ names: ["x", "y"], note: undefined });
  }
});

test("without credentials a star stays one", () => {
  expect(allowedMethods(STAR, false)).toEqual({ names: "*", note: undefined });
  expect(exposedHeaders(STAR, false)).toEqual({ names: "*", note: undefined });
  const { names, note } = allowedHeaders(STAR, false);
  expect(names).toBe("*");
  expect(note).toMatch(/covers `Authorization`/);
});

test("with credentials a star is none, as browsers have it", () => {
  const lists = [allowedHeaders, allowedMethods, exposedHeaders].map((read) => read(STAR, true));
  expect(lists.map(({ names }) => names)).toEqual([["x"], ["GET", "HEAD", "POST", "x"], ["x"]]);
  for (const { note } of lists) expect(note).toMatch(/no wildcard to a browser/);
});
