import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IMPORTERS } from "../../src/import/importers.ts";
import { fixture, imported } from "./imported.ts";

/** A right configuration of each kind. */
const FIXTURES: ReadonlyMap<string, readonly (readonly unknown[])[]> = new Map([
  ["envoy", [fixture("envoy", "routes.yaml")]],
  ["gateway-api", [fixture("gateway-api", "routes.yaml")]],
  ["gravitee", [fixture("gravitee", "orders-v2.json"), fixture("gravitee", "catalogue-v4.json")]],
  ["ingress-nginx", [fixture("ingress-nginx", "ingresses.yaml")]],
  ["istio", [fixture("istio", "virtual-services.yaml")]],
  ["kong", [fixture("kong", "kong.yaml")]],
  ["spring-cloud-gateway", [fixture("spring-cloud-gateway", "application.yml")]],
  ["webmethods", [fixture("webmethods", "orders.json")]],
]);

test("a kind is a word of the command line, and has a fixture", () => {
  expect([...IMPORTERS.keys()].filter((kind) => !/^[a-z]+(?:-[a-z]+)*$/.test(kind))).toEqual([]);
  expect([...FIXTURES.keys()].toSorted()).toEqual([...IMPORTERS.keys()].toSorted());
});

// What people write, and what they do not.
const SCALAR = fc.oneof(
  fc.constantFrom(
    "*",
    "https://*",
    "https://*.co.uk",
    "null",
    "~(?=a)",
    "(",
    "https://a.example",
    "",
  ),
  fc.constantFrom(
    "GET",
    "get",
    "x y",
    "access-control-allow-origin",
    "/",
    "/a//b",
    "a..b",
    "*.a.example",
  ),
  fc.constantFrom(true, false, null, 0, -5, 1.5, 1e12),
  fc.string({ maxLength: 10, unit: "binary" }),
);
const VALUE = fc.oneof(
  SCALAR,
  fc.array(SCALAR, { maxLength: 3 }),
  fc.dictionary(fc.string({ maxLength: 4 }), SCALAR, { maxKeys: 3 }),
);

/** The value with some of what it holds replaced: which, and by what, the numbers and values say. */
function mutated(value: unknown, at: Iterator<number>, by: Iterator<unknown>): unknown {
  if (at.next().value === 0) return by.next().value;
  if (Array.isArray(value)) return value.map((each) => mutated(each, at, by));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, mutated(each, at, by)]),
  );
}

describe.each([...IMPORTERS])("%s", (kind, importer) => {
  test.each([[[]], [[null]], [["text"]], [[{}]], [[[]]], [[1]]])("refuses %j", (inputs) => {
    const read = importer(inputs);
    expect(read.ok).toBe(false);
  });

  test("whatever is in the files, it is an error or makes a document without errors", () => {
    const wholes = FIXTURES.get(kind) ?? [];
    fc.assert(
      fc.property(
        fc.constantFrom(...wholes),
        fc.infiniteStream(fc.nat(60)),
        fc.infiniteStream(VALUE),
        (inputs, at, by) => {
          const changed = inputs.map((input) => mutated(input, at, by));
          const read = importer(changed);
          // `imported` looks for errors of the document.
          const lines = read.ok
            ? imported(importer, changed).differences.map(({ text }) => text)
            : read.error;
          expect(lines.every((line) => line !== "")).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});
