import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { indexLists, type KnownIndexes } from "../../src/cors/layered-index.ts";
import { type Origin, parseOrigin } from "../../src/cors/origin.ts";
import { NOBODY, OriginIndex, type OriginList } from "../../src/cors/origin-index.ts";
import type { OriginPattern } from "../../src/cors/origin-pattern.ts";
import { atOnce } from "../../src/cors/steps.ts";
import { admittedOrigin } from "../../src/policy/pattern-text.ts";

type Entry = {
  readonly pattern: OriginPattern;
  readonly rank: number;
  readonly carriesNull: boolean;
};

/** The obvious reading: look at every entry. */
function slowFirst(entries: readonly Entry[], origin: Origin): number {
  const ranks = entries.filter(({ pattern }) => admits(pattern, origin)).map(({ rank }) => rank);
  return Math.min(NOBODY, ...ranks);
}

function slowOpaque(entries: readonly Entry[]): number {
  const ranks = entries
    .filter(
      ({ pattern: { kind }, carriesNull }) => kind === "opaque" || (kind === "any" && carriesNull),
    )
    .map(({ rank }) => rank);
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

const asked = fc
  .tuple(scheme, name, port)
  .map(([one, host, number]) =>
    parseOrigin(`${one}://${host}${number === undefined ? "" : `:${number}`}`),
  );

function index(entries: readonly Entry[]): OriginIndex {
  return atOnce(OriginIndex.of(entries.map(listOf)));
}

function listOf({ pattern, rank, carriesNull }: Entry): OriginList {
  return { origins: [admittedOrigin(pattern)], rank, carriesNull };
}

function filler(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `https://filler-${at}`);
}

describe("OriginIndex", () => {
  test("finds what a loop over the entries finds", () => {
    const entries = fc.array(fc.record({ pattern, rank: fc.nat(5), carriesNull: fc.boolean() }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(entries, asked, (list, origin) => {
        expect(origin).toBeDefined();
        expect(index(list).first(origin as Origin)).toBe(slowFirst(list, origin as Origin));
        expect(index(list).firstOpaque()).toBe(slowOpaque(list));
      }),
      { numRuns: 3000 },
    );
  });

  test.each<[string, Entry[], number]>([
    ["nothing", [], NOBODY],
    ["`null`", [{ pattern: { kind: "opaque" }, rank: 2, carriesNull: false }], 2],
    ["`*` that carries it", [{ pattern: { kind: "any" }, rank: 1, carriesNull: true }], 1],
    ["`*` that does not", [{ pattern: { kind: "any" }, rank: 1, carriesNull: false }], NOBODY],
  ])("the opaque origin and %s", (_, entries, rank) =>
    expect(index(entries).firstOpaque()).toBe(rank),
  );

  test.each([[[5, 1]], [[1, 5]], [[3, 1, 2]]])(
    "of expressions with the ranks %j the lowest counts",
    (ranks) => {
      const expression = { source: "a", instructions: 1, test: () => true };
      const entries = ranks.map((rank): Entry => {
        return { pattern: { kind: "expression", expression }, rank, carriesNull: false };
      });
      expect(index(entries).first(parseOrigin("https://a") as Origin)).toBe(1);
    },
  );

  test("many origins are taken in steps", () => {
    const steps = OriginIndex.of([{ origins: filler(5_000), rank: 3, carriesNull: false }]);
    for (let step = 0; step < 10; step += 1) expect(steps.next()).toEqual({ done: false });
    expect(atOnce(steps).first(parseOrigin("https://filler-4999") as Origin)).toBe(3);
  });

  test("an index without tuples still has its `*`", () => {
    const any = index([{ pattern: { kind: "any" }, rank: 3, carriesNull: true }]);
    expect(any.first(parseOrigin("https://a") as Origin)).toBe(3);
  });
});

describe("indexLists", () => {
  // Some lists are made long with origins that nobody asks for.
  const list = fc.record({
    patterns: fc.array(pattern, { maxLength: 3 }),
    carriesNull: fc.boolean(),
    filled: fc.constantFrom(0, 0, 100),
  });

  test("finds what a loop over all lists finds, however many are long", () => {
    fc.assert(
      fc.property(fc.array(list, { maxLength: 14 }), asked, (given, origin) => {
        const lists = given.map(({ patterns, carriesNull, filled }, rank) => ({
          origins: [...filler(filled), ...patterns.map(admittedOrigin)],
          rank,
          carriesNull,
        }));
        const entries = given.flatMap(({ patterns, carriesNull }, rank) =>
          patterns.map((each) => ({ pattern: each, rank, carriesNull })),
        );
        const found = atOnce(indexLists(lists, new Map()));
        expect(found.first(origin as Origin)).toBe(slowFirst(entries, origin as Origin));
        expect(found.firstOpaque()).toBe(slowOpaque(entries));
      }),
      { numRuns: 2000 },
    );
  });

  test("indexes a long list once, whatever its rank and whatever stands beside it", () => {
    const known: KnownIndexes = new Map();
    const long = { origins: filler(1_000), carriesNull: false };
    const short = { origins: ["https://a"], carriesNull: false };
    const alone = atOnce(indexLists([{ ...long, rank: 0 }], known));
    const beside = indexLists(
      [
        { ...short, rank: 0 },
        { ...long, rank: 1 },
      ],
      known,
    );
    // No step is taken for the 1,000 origins.
    expect(beside.next().done).toBe(true);
    expect([...known.values()]).toEqual([alone]);
  });
});
