import { expect, test } from "vitest";
import { JsonReader, rootsOf } from "../../src/import/json-value.ts";

const INPUT = { a: { "b/c": ["x", 1, null] }, yes: true, three: 3, none: null, text: "t" };
const [root = { value: undefined, place: "" }] = rootsOf([INPUT]);

test("what is there is read", () => {
  const reader = new JsonReader();
  expect(reader.text(reader.under(root, "text"))).toBe("t");
  expect(reader.flag(reader.under(root, "yes"))).toBe(true);
  expect(reader.number(reader.under(root, "three"))).toBe(3);
  expect(reader.entries(reader.under(root, "a"))).toEqual([
    ["b/c", { value: ["x", 1, null], place: "/a/b~1c" }],
  ]);
  expect(reader.errors).toEqual([]);
});

test("what is absent, or null, is undefined and no error", () => {
  const reader = new JsonReader();
  for (const key of ["none", "nowhere", "toString"]) {
    const found = reader.under(root, key, "deeper");
    expect(reader.text(found)).toBeUndefined();
    expect(reader.texts(found)).toBeUndefined();
    expect(reader.flag(found)).toBeUndefined();
    expect(reader.number(found)).toBeUndefined();
    expect(reader.items(found)).toEqual([]);
    expect(reader.entries(found)).toEqual([]);
  }
  expect(reader.errors).toEqual([]);
});

test("what is something else is reported, all of it", () => {
  const reader = new JsonReader();
  expect(reader.texts(reader.under(root, "a", "b/c"))).toEqual(["x"]);
  expect(reader.text(reader.under(root, "a"))).toBeUndefined();
  expect(reader.flag(reader.under(root, "text"))).toBeUndefined();
  expect(reader.number(reader.under(root, "yes"))).toBeUndefined();
  expect(reader.items(reader.under(root, "three"))).toEqual([]);
  expect(reader.under(root, "text", "deeper").value).toBeUndefined();
  reader.object({ value: [], place: "" });
  expect(reader.errors).toEqual([
    "/a/b~1c/1: expected a text, found the number `1`",
    "/a/b~1c/2: expected a text, found nothing",
    "/a: expected a text, found a map",
    "/text: expected true or false, found the text `t`",
    "/yes: expected a number, found the boolean `true`",
    "/three: expected a list, found the number `3`",
    "/text: expected a map of keys to values, found the text `t`",
    "/: expected a map of keys to values, found a list",
  ]);
});

test("with several inputs a place says which", () => {
  expect(rootsOf([1, 2]).map(({ place }) => place)).toEqual(["#1", "#2"]);
});
