import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OriginPattern } from "../../src/cors/origin-pattern.ts";
import { atOnce } from "../../src/cors/steps.ts";
import { decodeDocument } from "../../src/policy/decode/decode.ts";
import { diffDocuments } from "../../src/policy/diff/diff.ts";
import type { PolicyDocument, WrittenList } from "../../src/policy/document.ts";
import { libraries } from "../../src/source/libraries.ts";
import { packDocument, unpackDocument } from "../../src/source/packed-document.ts";
import { pack, unpackSteps } from "../../src/source/parcel.ts";
import { parseText } from "../../src/source/parse.ts";
import { loadCases } from "../conformance/case.ts";
import { documentText } from "../conformance/snapshot-of.ts";

function decoded(text: string): PolicyDocument {
  const { root } = parseText("a.yaml", text);
  const { document, problems } = decodeDocument(root ? [{ file: "a.yaml", root }] : [], libraries);
  expect(problems).toEqual([]);
  return document;
}

function back(document: PolicyDocument): PolicyDocument {
  // As a thread gets it.
  return atOnce(unpackDocument(structuredClone(packDocument(document)), libraries));
}

/** With the place of the list at each origin, and with expressions as their texts. */
function coarse(document: PolicyDocument): unknown {
  const origins = (list: WrittenList<OriginPattern> | undefined): unknown =>
    list?.kind === "listed"
      ? { ...list, items: list.items.map((item) => ({ ...item, at: list.at })) }
      : list;
  const plain = {
    ...document,
    policies: document.policies.map((each) => ({
      ...each,
      allowOrigins: origins(each.allowOrigins),
    })),
    applications: document.applications.map((each) => ({
      ...each,
      origins: origins(each.origins),
    })),
  };
  return JSON.parse(JSON.stringify(plain));
}

function itemsOf(list: WrittenList<OriginPattern> | undefined) {
  return list?.kind === "listed" ? list.items : [];
}

const ODD = `
version: 1
policies:
  - name: a
    description: "\\u00e9\\u2028\\ud83d\\ude00"
    allowOrigins: ["HTTPS://A.example.com:443", "null", "~https://[a-z]+\\\\.example\\\\.com", "https://*", "http://[::1]:8080", "https://*.b.example:*"]
    maxAge: -1
    behavior: {refusalStatus: {origin: 401}}
  - {name: b, allowOrigins: "*", enabled: false}
  - {name: c, mode: shadow, httpVersions: [HTTP/2]}
applications:
  - {name: m, origins: ["https://m.example"], apiGroups: [g]}
  - {name: n, origins: "*"}
apiGroups:
  - {name: g, match: [{host: "*.x.example", path: /a, route: r}, {path: /}], policies: [c, a]}
`;

describe("a packed document", () => {
  test("comes back as it was, of origins the places aside", () => {
    const document = decoded(ODD);
    const unpacked = back(document);
    expect(coarse(unpacked)).toEqual(coarse(document));
    expect(diffDocuments(document, unpacked)).toEqual([]);
    const origins = unpacked.policies[0]?.allowOrigins;
    const patterns = itemsOf(origins).map(({ value }) => value);
    const expression = patterns.flatMap((one) => (one.kind === "expression" ? one.expression : []));
    expect(expression.map((one) => one.test("https://abc.example.com"))).toEqual([true]);
    expect(expression.map((one) => one.test("https://abc.example.org"))).toEqual([false]);
  });

  test.each(loadCases().map((each) => [each.name, each]))("so does that of %s", (_, given) => {
    const document = decoded(documentText(given));
    expect(coarse(back(document))).toEqual(coarse(document));
  });

  test("without groups there are none, which is not the same as an empty list", () => {
    const document = decoded("policies: [{name: a}]");
    expect(back(document).groups).toBeUndefined();
    expect(back({ ...document, groups: [] }).groups).toEqual([]);
  });

  test("what was no origin is a broken invariant", () => {
    const document = decoded(
      "applications: [{name: a, origins: [https://a.example]}]\npolicies: [{name: b}]",
    );
    const applications = document.applications.map((each) => ({
      ...each,
      origins: {
        ...each.origins,
        items: itemsOf(each.origins).map((item) => ({ ...item, text: "x" })),
      },
    }));
    expect(() => back({ ...document, applications })).toThrow("x was an origin and is none");
  });
});

test("parcels hold any number of items of any length, in order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ unit: "binary" }), fc.constantFrom(0, 1, 9_000))),
      (items) => {
        const values = items.map(([text, times]) => [text, "x".repeat(times)]);
        expect(atOnce(unpackSteps(structuredClone(pack(values))))).toEqual(values);
      },
    ),
    { numRuns: 50 },
  );
  expect(pack([])).toEqual([]);
  expect(pack(Array.from({ length: 30 }, () => "x".repeat(9_000))).length).toBeGreaterThan(3);
});
