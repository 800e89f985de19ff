import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { err } from "../../src/cors/result.ts";
import { atOnce } from "../../src/cors/steps.ts";
import { decodeDocument } from "../../src/policy/decode/decode.ts";
import { diffDocuments } from "../../src/policy/diff/diff.ts";
import type { PolicyDocument } from "../../src/policy/document.ts";
import { readWrittenOrigins } from "../../src/policy/resolve.ts";
import { resolveDocument, resolveSteps } from "../../src/policy/resolve-document.ts";
import { libraries } from "../../src/source/libraries.ts";
import {
  packDocument,
  type UnpackedDocument,
  unpackDocument,
} from "../../src/source/packed-document.ts";
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

function back(document: PolicyDocument): UnpackedDocument {
  // As a thread gets it.
  return atOnce(unpackDocument(structuredClone(packDocument(document)), libraries));
}

/** With lists of origins as they are looked up, and with expressions as their texts. */
function coarse({ policies, applications, groups }: PolicyDocument): unknown {
  return {
    policies: policies.map((each) => ({
      ...each,
      allowOrigins: each.allowOrigins && readWrittenOrigins(each.allowOrigins),
    })),
    applications: applications.map((each) => ({
      ...each,
      origins: readWrittenOrigins(each.origins),
    })),
    groups,
  };
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function resolved(document: UnpackedDocument) {
  return atOnce(resolveSteps(document, (origins) => origins));
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
    expect(plain(unpacked)).toEqual(plain(coarse(document)));
    expect(diffDocuments(resolveDocument(document), resolved(unpacked))).toEqual([]);
    const origins = unpacked.policies[0]?.allowOrigins ?? [];
    const expressions = origins.filter((one) => typeof one !== "string");
    expect(expressions.map((one) => one.test("https://abc.example.com"))).toEqual([true]);
    expect(expressions.map((one) => one.test("https://abc.example.org"))).toEqual([false]);
  });

  test.each(loadCases().map((each) => [each.name, each]))("so does that of %s", (_, given) => {
    const document = decoded(documentText(given));
    expect(plain(back(document))).toEqual(plain(coarse(document)));
  });

  test("without groups there are none, which is not the same as an empty list", () => {
    const document = decoded("policies: [{name: a}]");
    expect(back(document).groups).toBeUndefined();
    expect(back({ ...document, groups: [] }).groups).toEqual([]);
  });

  test("lists of any length keep their order, and are taken in steps", () => {
    const list = (name: string, count: number) =>
      `{name: ${name}, ORIGINS: [${Array.from({ length: count }, (_, at) => `https://${name}-${at}.example`).join(", ")}]}`;
    const policies = [list("a", 1_200), list("b", 0), "{name: c}", list("d", 500), list("e", 1)];
    const applications = [list("f", 501), list("g", 1)];
    const document = decoded(
      `policies: [${policies.join(", ").replaceAll("ORIGINS", "allowOrigins")}]\n` +
        `applications: [${applications.join(", ").replaceAll("ORIGINS", "origins")}]\n`,
    );
    expect(plain(back(document))).toEqual(plain(coarse(document)));
    let count = 0;
    for (const steps = unpackDocument(packDocument(document), libraries); !steps.next().done; ) {
      count += 1;
    }
    // One for each piece of at most 500 origins, besides those for parcels.
    expect(count).toBeGreaterThanOrEqual(8);
  });

  test("each expression is a step of its own", () => {
    const packed = packDocument(decoded("policies: [{name: a, allowOrigins: [~a, ~b, ~c]}]"));
    let compiled = 0;
    const steps = unpackDocument(packed, {
      compileExpression: (source) => {
        compiled += 1;
        return libraries.compileExpression(source);
      },
    });
    const counts: number[] = [];
    while (steps.next().done !== true) counts.push(compiled);
    expect([...new Set(counts)]).toEqual([0, 1, 2, 3]);
  });

  test("what was no expression is a broken invariant", () => {
    const packed = packDocument(decoded("policies: [{name: a, allowOrigins: [~a]}]"));
    const compileExpression = () => err("it is none");
    expect(() => atOnce(unpackDocument(packed, { compileExpression }))).toThrow(
      "~a was an expression and is none",
    );
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
