import fc from "fast-check";
import { expect, test } from "vitest";
import { NameGiver } from "../../src/import/policy-name.ts";
import { NAME_PATTERN } from "../../src/policy/vocabulary/limits.ts";

test.each([
  ["Orders API (v2)", "orders-api-v2"],
  ["orders", "orders"],
  ["__a.b__", "a.b"],
  ["Ä", "unnamed"],
  ["", "unnamed"],
  ["x".repeat(80), "x".repeat(63)],
])("%j is named %s", (text, name) => {
  expect(new NameGiver().give(text)).toBe(name);
});

test("a name is given once", () => {
  const names = new NameGiver();
  const long = "x".repeat(63);
  expect(["a", "A", "a-2", "a", long, long].map((text) => names.give(text))).toEqual([
    "a",
    "a-2",
    "a-2-2",
    "a-3",
    long,
    `${"x".repeat(61)}-2`,
  ]);
});

test("whatever the texts, all names are names and no two are the same", () => {
  const text = fc.oneof(fc.string(), fc.constantFrom("a", "a-2", "-", "A b"));
  fc.assert(
    fc.property(fc.array(text, { maxLength: 30 }), (texts) => {
      const giver = new NameGiver();
      const names = texts.map((each) => giver.give(each));
      expect(new Set(names).size).toBe(names.length);
      for (const name of names) expect(name).toMatch(new RegExp(NAME_PATTERN));
    }),
  );
});
