import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { testSchema } from "../../src/expectation/test-schema.ts";
import { policySchema } from "../../src/policy/schema.ts";
import { problemsOf } from "./decoded-tests.ts";

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
ajv.addKeyword("enumDescriptions");
const accepts = ajv.compile(testSchema());

const DEMO = readFileSync("envoy/policies.tests.yaml", "utf8");

const TAKEN = [
  DEMO,
  "policy: [a, b]\ntests: [{name: a, request: {url: /, origin: '', headers: {a: [b, '']}}, expect: {status: false, reason: same-origin, shadow: {differs: true}}}]",
  "tests: [{name: a, preflight: {url: /, origin: o, method: PUT, privateNetwork: true}, expect: {shadow: false, vary: []}}]",
];

const REFUSED = [
  "tests: [{name: a, request: {url: /}, expect: maybe}]",
  "tests: [{name: a, request: {url: /}, expect: {}}]",
  "tests: [{name: a, request: {url: 1}, expect: granted}]",
  "tests: [{name: a, request: {uri: /}, expect: granted}]",
  "tests: [{name: a, request: {url: /}, expect: {status: true}}]",
  "tests: [{name: a, request: {url: /}, expect: {headers: {a: [b]}}}]",
  "tests: [{request: {url: /}, expect: granted}]",
  "policy: a",
];

type Schema = {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly required?: readonly string[];
};

/** Every property with its path. */
function properties(part: Schema, path = ""): readonly (readonly [string, Schema, boolean])[] {
  const own = Object.entries(part.properties ?? {}).flatMap(([key, property]) => {
    const isRequired = part.required?.includes(key) === true;
    return [
      [`${path}/${key}`, property, isRequired] as const,
      ...properties(property, `${path}/${key}`),
    ];
  });
  const inner = [part.items, ...(part.anyOf ?? [])];
  return [...own, ...inner.flatMap((each) => (each === undefined ? [] : properties(each, path)))];
}

describe("testSchema", () => {
  test.each(TAKEN)("takes what decoding takes: %s", (text) => {
    expect(problemsOf(text)).toEqual([]);
    expect([accepts(parse(text)), accepts.errors]).toEqual([true, null]);
  });

  test.each(REFUSED)("refuses what decoding refuses: %s", (text) => {
    expect(problemsOf(text)).not.toEqual([]);
    expect(accepts(parse(text))).toBe(false);
  });

  const all = properties(testSchema() as Schema);

  test("has every key of the file", () => {
    expect(all).toHaveLength(39);
  });

  test.each(all)("%s is described, with what leaving it out means", (_, part, isRequired) => {
    expect(part.description).toMatch(/^[`A-Z].{20,}\.$/s);
    const isTold = isRequired || part.default !== undefined;
    expect(isTold ? "Left out: told." : part.description).toMatch(
      /Left out: .|Has to be here|Each test has this or/,
    );
  });
});

test("the schema of policy documents is one that a strict validator takes", () => {
  const isPolicy = ajv.compile(policySchema());
  expect(isPolicy(parse(readFileSync("envoy/policies.yaml", "utf8")))).toBe(true);
  expect(isPolicy({ policies: [{ name: "web", allowOrigin: [] }] })).toBe(false);
});
