import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Origin, parseOrigin } from "../../src/cors/origin.ts";
import { NOBODY, type OriginEntry, OriginIndex } from "../../src/cors/origin-index.ts";
import type { OriginPattern } from "../../src/cors/origin-pattern.ts";
import { atOnce } from "../../src/cors/steps.ts";

/** The obvious reading: look at every entry. */
function slowFirst(entries: readonly OriginEntry[], origin: Origin): number {
  const ranks = entries.filter(({ pattern }) => admits(pattern, origin)).map(({ rank }) => rank);
  return Math.min(NOBODY, ...ranks);
}

function admits(pattern: OriginPattern, origin: Origin): boolean {
  switch (pattern.kind) {
    case "any":
      return true;
    case "opaque":
      return false;
    case "expression":
      return pattern.expression.test(origin.canonical);
    case "tuple":
      return (
        pattern.scheme === origin.scheme &&
        (pattern.port === "any" || pattern.port === origin.port) &&
        (pattern.host.kind === "any" ||
          (pattern.host.kind === "exact" && pattern.host.name === origin.host) ||
          (pattern.host.kind === "children" &&
            origin.host.length > pattern.host.of.length + 1 &&
            origin.host.endsWith(`.${pattern.host.of}`)))
      );
  }
}

const scheme = fc.constantFrom("http", "https");
const host = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 4 });
const name = host.map((labels) => labels.join("."));
const port = fc.constantFrom(undefined, 81, 8443);
const pattern: fc.Arbitrary<OriginPattern> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ kind: "any" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "opaque" as const }) },
  {
    weight: 2,
    arbitrary: name.map((text) => ({
      kind: "expression" as const,
      expression: {
        source: text,
        instructions: 1,
        test: (origin: string) => origin.endsWith(text),
      },
    })),
  },
  {
    weight: 20,
    arbitrary: fc.record({
      kind: fc.constant("tuple" as const),
      scheme,
      host: fc.oneof(
        name.map((text) => ({ kind: "exact" as const, name: text })),
        name.map((text) => ({ kind: "children" as const, of: text })),
        fc.constant({ kind: "any" as const }),
      ),
      port: fc.oneof(port, fc.constant("any" as const)),
    }),
  },
);

describe("OriginIndex", () => {
  test("finds what a loop over the entries finds", () => {
    const entries = fc.array(fc.record({ pattern, rank: fc.nat(5), carriesNull: fc.boolean() }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(entries, scheme, name, port, (list, one, host, number) => {
        const origin = parseOrigin(`${one}://${host}${number === undefined ? "" : `:${number}`}`);
        expect(origin).toBeDefined();
        const found = slowFirst(list, origin as Origin);
        expect(new OriginIndex(list).first(origin as Origin)).toBe(found);
        expect(atOnce(OriginIndex.steps(list)).first(origin as Origin)).toBe(found);
      }),
      { numRuns: 3000 },
    );
  });

  test.each<[string, OriginEntry[], number]>([
    ["nothing", [], NOBODY],
    ["`null`", [{ pattern: { kind: "opaque" }, rank: 2, carriesNull: false }], 2],
    ["`*` that carries it", [{ pattern: { kind: "any" }, rank: 1, carriesNull: true }], 1],
    ["`*` that does not", [{ pattern: { kind: "any" }, rank: 1, carriesNull: false }], NOBODY],
  ])("the opaque origin and %s", (_, entries, rank) =>
    expect(new OriginIndex(entries).firstOpaque()).toBe(rank),
  );

  test("many entries are taken in steps", () => {
    const entries = Array.from({ length: 5_000 }, (_, rank): OriginEntry => {
      const host = { kind: "exact", name: `a${rank}` } as const;
      return {
        pattern: { kind: "tuple", scheme: "https", host, port: undefined },
        rank,
        carriesNull: false,
      };
    });
    const index = OriginIndex.steps(entries);
    for (let step = 0; step < 10; step += 1) expect(index.next()).toEqual({ done: false });
    expect(atOnce(index).first(parseOrigin("https://a4999") as Origin)).toBe(4_999);
  });

  test("an index without tuples still has its `*`", () => {
    const index = new OriginIndex([{ pattern: { kind: "any" }, rank: 3, carriesNull: true }]);
    expect(index.first(parseOrigin("https://a") as Origin)).toBe(3);
  });
});
