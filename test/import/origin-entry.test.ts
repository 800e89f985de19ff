import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseOrigin } from "../../src/cors/origin.ts";
import {
  exactOrigin,
  expressionOrigin,
  globOrigin,
  type ReadOrigin,
} from "../../src/import/origin-entry.ts";
import { notesOf, patternsOf } from "../../src/import/origin-list.ts";
import { parseOriginPattern } from "../../src/policy/decode/written-pattern.ts";
import { libraries } from "../../src/source/libraries.ts";

const FORGIVING = { ignoresCase: true, dropsDefaultPort: true };

/** The pattern, or why it is left out. */
function said(read: ReadOrigin): string {
  return read.ok ? read.value.pattern : read.error;
}

describe("a plain text", () => {
  test.each([
    ["https://a.example", "https://a.example"],
    ["http://[::1]:3000", "http://[::1]:3000"],
    ["capacitor://localhost", "capacitor://localhost"],
    ["null", "null"],
    [
      "https://A.example",
      "`https://A.example` is left out of the origins: browsers send origins in lower case, so it matched none; add `https://a.example` if that is meant",
    ],
    [
      "https://a.example:443",
      "`https://a.example:443` is left out of the origins: browsers leave a default port out, so it matched none; add `https://a.example` if that is meant",
    ],
    [
      "https://a.example/",
      "`https://a.example/` is left out of the origins: no browser sends such an origin; add `https://a.example` if that is meant",
    ],
    [
      "a.example",
      "`a.example` is left out of the origins: no browser sends such an origin; add `https://a.example` if that is meant",
    ],
    ["a b", "`a b` is left out of the origins: no browser sends such an origin"],
  ])("%s", (text, expected) => {
    expect(said(exactOrigin(text))).toBe(expected);
  });

  test.each([
    ["https://A.example", "https://a.example"],
    ["https://a.example:443", "https://a.example"],
  ])("%s for a product that forgives", (text, expected) => {
    expect(said(exactOrigin(text, FORGIVING))).toBe(expected);
  });
});

describe("a text with stars", () => {
  test.each([
    ["*", "*"],
    ["https://a.example", "https://a.example"],
    ["https://*.a.example", "https://*.a.example"],
    ["https://*.a.example:8080", "https://*.a.example:8080"],
    ["https://*", "https://*:*"],
    ["https://a.example:*", "~https://a\\.example:.*"],
    ["*.a.example", "~.*\\.a\\.example"],
    ["https://*a.example", "~https://.*a\\.example"],
    [
      "https://*.A.example",
      "`https://*.A.example` is left out of the origins: browsers send origins in lower case, so it matched none",
    ],
  ])("%s", (text, expected) => {
    expect(said(globOrigin(text))).toBe(expected);
  });

  test("in upper case for a product that forgives", () => {
    expect(said(globOrigin("https://*.A.example", FORGIVING))).toBe("https://*.a.example");
  });
});

const LOOKED = "; now it has to match the whole of it, so fewer are admitted";

describe("an expression", () => {
  test.each([
    ["^https://a\\.example$", "whole", "https://a.example", undefined],
    ["https:\\/\\/a\\.example", "whole", "https://a.example", undefined],
    ["https://A\\.example", "whole", "~https://A\\.example", undefined],
    ["https://.*\\.a\\.example", "whole", "https://*.a.example", undefined],
    ["^https:\\/\\/.+\\.a\\.example$", "search", "https://*.a.example", undefined],
    ["https://a.example", "whole", "~https://a.example", undefined],
    [".*", "whole", "*", undefined],
    ["^.+$", "search", "*", undefined],
    ["https://(a|b)\\.example$", "start", "~https://(a|b)\\.example", undefined],
    [
      "https://a\\.example\\$",
      "start",
      "~https://a\\.example\\$",
      `\`https://a\\.example\\$\` was looked for at the start of the origin${LOOKED}`,
    ],
    [
      "https://a|https://b$",
      "start",
      "~https://a|https://b",
      `\`https://a|https://b$\` was looked for at the start of the origin${LOOKED}`,
    ],
    [
      "a\\.example$",
      "search",
      "~a\\.example",
      `\`a\\.example$\` was looked for anywhere in the origin${LOOKED}`,
    ],
    [
      "^https://a\\.example",
      "search",
      "https://a.example",
      `\`^https://a\\.example\` was looked for anywhere in the origin${LOOKED}`,
    ],
  ] as const)("%s (%s)", (source, matching, pattern, note) => {
    expect(expressionOrigin(source, matching)).toEqual({ ok: true, value: { pattern, note } });
  });

  test.each(["https://[a-z&&[^b]]\\.example", "https://[a[bc]]\\.example"])(
    "%s is left out",
    (source) => {
      expect(said(expressionOrigin(source, "whole"))).toBe(
        `\`${source}\` is left out of the origins: a class inside of a class is read otherwise by RE2`,
      );
    },
  );

  test("a wildcard that was read as an expression is left out", () => {
    expect(said(expressionOrigin("^https://*.a.example$", "whole"))).toBe(
      "`^https://*.a.example$` is left out of the origins: in an expression, as which it was read, `/*` is any number of slashes; add `https://*.a.example` if that is meant",
    );
  });

  test("a named class is no class inside of a class", () => {
    expect(said(expressionOrigin("https://[[:alpha:]]+", "whole"))).toBe("~https://[[:alpha:]]+");
  });
});

test("a list is its patterns, each once, and what is to be said of it", () => {
  const read = [
    exactOrigin("https://a.example"),
    exactOrigin("a b"),
    globOrigin("https://a.example"),
  ];
  expect(patternsOf(read)).toEqual(["https://a.example"]);
  expect(patternsOf([...read, globOrigin("*")])).toBe("*");
  const noted = [...read, expressionOrigin("a", "search")];
  expect(notesOf(noted).map((text) => text.split(" ").slice(0, 4).join(" "))).toEqual([
    "`a b` is left",
    "`a` was looked for",
  ]);
});

/** Which of these origins corsd admits by the pattern. */
function admits(pattern: string, origin: string): boolean {
  const parsed = parseOriginPattern(pattern, libraries);
  const canonical = parseOrigin(origin)?.canonical;
  if (!parsed.ok || canonical === undefined) return false;
  const { value } = parsed;
  if (value.kind === "any") return true;
  if (value.kind === "expression") return value.expression.test(canonical);
  const text = pattern.replaceAll(/[.*]/g, (sign) => (sign === "." ? "\\." : ".+"));
  return new RegExp(`^${text.replace(/:\.\+$/, "(:.+)?")}$`).test(canonical);
}

const ORIGIN = fc
  .tuple(
    fc.constantFrom("http", "https"),
    fc.constantFrom("a.example", "b.a.example", "c.b.a.example", "xa.example", "a-example", "b"),
    fc.constantFrom("", ":8080", ":3000"),
  )
  .map(([scheme, host, port]) => `${scheme}://${host}${port}`);

/** A text of an origin in which some parts are replaced: most match some origin, many match several. */
function mutated(replacements: readonly string[]): fc.Arbitrary<string> {
  const change = fc.record({
    at: fc.nat(30),
    length: fc.nat(4),
    by: fc.constantFrom(...replacements),
  });
  return fc
    .tuple(ORIGIN, fc.array(change, { maxLength: 3 }))
    .map(([origin, changes]) =>
      changes.reduce(
        (text, { at, length, by }) => text.slice(0, at) + by + text.slice(at + length),
        origin,
      ),
    );
}

function isExpression(source: string): boolean {
  try {
    return new RegExp(source).source !== "";
  } catch {
    return false;
  }
}

test("whatever the expression, nobody is admitted whom it does not match", () => {
  const source = mutated(["\\.", ".*", ".+", "^", "$", "|", "(", ")", "[a-z]", "?", "\\"]);
  fc.assert(
    fc.property(
      source.filter(isExpression),
      fc.constantFrom("whole", "start", "search"),
      ORIGIN,
      (text, matching, origin) => {
        const read = expressionOrigin(text, matching);
        const around = { whole: `^(?:${text})$`, start: `^(?:${text})`, search: text }[matching];
        const isAdmitted = read.ok && admits(read.value.pattern, origin);
        expect(isAdmitted && !new RegExp(around).test(origin)).toBe(false);
      },
    ),
    { numRuns: 500 },
  );
});

test("whatever the stars, nobody is admitted whom they do not match", () => {
  fc.assert(
    fc.property(mutated(["*", "**", "*."]), ORIGIN, (text, origin) => {
      const read = globOrigin(text);
      const source = text.replaceAll(".", "\\.").replaceAll(/\*+/g, ".*");
      const isAdmitted = read.ok && admits(read.value.pattern, origin);
      expect(isAdmitted && !new RegExp(`^${source}$`).test(origin)).toBe(false);
    }),
    { numRuns: 500 },
  );
});
