import { describe, expect, test } from "vitest";
import { ok } from "../../../src/cors/result.ts";
import { decodeDocument, MAX_DOCUMENT_INSTRUCTIONS } from "../../../src/policy/decode/decode.ts";
import { MAX_PROBLEMS } from "../../../src/policy/problem-limit.ts";
import { MAX_VALUE } from "../../../src/policy/spot.ts";
import { libraries } from "../../../src/source/libraries.ts";
import { codes, decoded, fileOf, said } from "./decoded.ts";

describe("a document", () => {
  test("may be spread over files, in their order", () => {
    const { document, problems } = decoded(
      "policies: [{name: b}]\napiGroups: [{name: g, policies: [a, b]}]",
      "version: 1\npolicies: [{name: a}]",
      "applications: [{name: a, origins: [], apiGroups: [g]}]",
    );
    expect(problems).toEqual([]);
    expect(document.policies.map(({ name }) => name.value)).toEqual(["b", "a"]);
    expect(document.groups?.[0]?.policies.map(({ value }) => value)).toEqual(["a", "b"]);
    expect(document.applications.map(({ name }) => name.value)).toEqual(["a"]);
  });

  test("of no file says nothing and has nothing wrong", () => {
    expect(decoded()).toEqual({
      document: { policies: [], applications: [], groups: undefined },
      problems: [],
    });
  });

  test.each([
    ["version: 2", "1:10 /version number-out-of-range | `2` is not `1` | write `1`"],
    [
      "version: 1.0.0",
      "1:10 /version wrong-type | expected a number, found the text `1.0.0` | write `1`",
    ],
    [
      "preset: envoi",
      "1:9 /preset unknown-value | `envoi` is none of `strict`, `webmethods`, `api-groups`, `gravitee`, `fetch`, `gateway-api`, `envoy` | write `envoy`",
    ],
    ["polices: []", "1:1 /polices unknown-key | unknown key `polices` | write `policies`"],
    [
      "<<: {version: 1}",
      "1:1 /<< unknown-key | unknown key `<<` | remove it; the nearest known key is `preset`",
    ],
    [
      "applications: ~",
      '1:15 /applications null-value | `~` without quotes means no value | quote it if the text is meant: `"~"`; else leave it out',
    ],
    [
      "apiGroups:",
      "1:11 /apiGroups null-value | the value is empty | write a value, or leave the key out",
    ],
  ])("%s", (line, problem) => {
    expect(said(decoded(`${line}\npolicies: [{name: a}]`))).toEqual([problem]);
  });

  test.each([
    [
      "[]",
      "1:1  wrong-type | expected a map of keys to values, found a list | write `key: value`, one a line",
    ],
    ["{}", "1:1  policies-missing | there is no policy in the document | add one under `policies`"],
    [
      "version: 1\npolicies: []",
      "2:11 /policies policies-missing | there is no policy in the document | add one under `policies`",
    ],
    [
      "policies: {}",
      "1:11 /policies wrong-type | expected a list, found a map | write a list: `[…]`, or one entry a line, each after `- `",
    ],
    [
      "policies: [~]",
      '1:12 /policies/0 null-value | `~` without quotes means no value | quote it if the text is meant: `"~"`; else leave it out',
    ],
  ])("without a policy: %j", (text, problem) => {
    expect(said(decoded(text))).toEqual([problem]);
  });
});

describe("names and references", () => {
  test("a name stands once for things of one kind, over all files", () => {
    const result = decoded(
      "policies: [{name: a}, {name: b}]\napiGroups: [{name: a, policies: []}]",
      "policies: [{name: a}]\napiGroups: [{name: a, policies: []}]\napplications: [{name: a, origins: []}, {name: a, origins: []}]",
    );
    expect(result.problems.map(({ file, message }) => `${file} ${message}`)).toEqual([
      "1.yaml the name `a` stands already in `0.yaml`, line 1",
      "1.yaml the name `a` stands already in `1.yaml`, line 3",
      "1.yaml the name `a` stands already in `0.yaml`, line 2",
    ]);
    expect(result.document.policies).toHaveLength(2);
  });

  test.each([
    [
      "an invalid name is still a name",
      "policies: [{name: A b}]",
      ["name-invalid /policies/0/name"],
    ],
    [
      "a policy without a name may be the one",
      "policies: [{mode: shadow}]",
      ["missing-key /policies/0"],
    ],
    [
      "a policy that is none may be the one",
      "policies: [{name: a}, 1]",
      ["wrong-type /policies/1"],
    ],
    ["policies that are no list may hold it", "policies: 1", ["wrong-type /policies"]],
  ])("%s: no problem follows from another", (_, policies, expected) => {
    const text = `${policies}\napiGroups: [{name: g, policies: [A b]}]`;
    expect(codes(decoded(text))).toEqual(expected);
  });

  test("groups that could not be read may hold what an application names", () => {
    const text =
      "policies: [{name: a}]\napiGroups: ~\napplications: [{name: s, origins: [], apiGroups: [g]}]";
    expect(codes(decoded(text))).toEqual(["null-value /apiGroups"]);
    const broken = decoded(
      "[]",
      "policies: [{name: a}]\napplications: [{name: s, origins: [], apiGroups: [g]}]",
    );
    expect(codes(broken)).toEqual(["wrong-type "]);
  });

  test("files that are not there may hold what is named", () => {
    const text =
      "apiGroups: [{name: g, policies: [a]}]\napplications: [{name: s, origins: [], apiGroups: [h]}]";
    expect(codes(decodeDocument([fileOf(text)], libraries, false))).toEqual([]);
    expect(codes(decodeDocument([fileOf(text)], libraries))).toEqual([
      "policies-missing ",
      "reference-unknown /applications/0/apiGroups/0",
      "reference-unknown /apiGroups/0/policies/0",
    ]);
  });

  test("only so many unknown names are compared with all known ones", () => {
    const names = Array.from({ length: 101 }, (_, index) => `orders${index}`);
    const { problems } = decoded(
      `policies: [{name: orders}]\napiGroups: [{name: g, policies: [${names.join(", ")}]}]`,
    );
    expect(problems).toHaveLength(101);
    expect(problems[99]?.fix).toBe("write `orders`");
    expect(problems[100]?.fix).toBe("add it to `policies`, or remove it here");
  });
});

const MISTAKES = `version: 2
preset: strickt
polices: []
policies:
  - name: Partner Web
    allowOrigin: [https://a.example]
    allowOrigins:
      - https://example.com/
      - example.com
      - https://münchen.example
      - http://127.1
      - file:///x
      - https://*.1.2.3.4
      - https://a.example:99999
      - "~("
      - null
      - "*"
    allowMethods: [GET, "BAD METHOD"]
    allowHeaders: content-type
    exposeHeaders: [Access-Control-Allow-Origin]
    allowCredentials: yes
    maxAge: 1.5
    httpVersions: [HTTP/4]
    tags: {team: a}
    behavior: {refusalStatus: {origin: 200}, preflightStatus: 301, sameOrigin: true}
  - name: b
    description: ""
    name: c
  - 7
  - name: b
    preset: webmethods
applications:
  - name: app
    origins:
    apiGroups: [oders]
apiGroups:
  - name: orders
    match:
      - {}
      - {host: "api.example.com:443", path: orders}
    policies: [b, b]
`;

test("every mistake of a document is reported, each in its place", () => {
  const { problems } = decoded(MISTAKES);
  expect(problems.map(({ line, column, code }) => `${line}:${column} ${code}`).toSorted()).toEqual(
    [
      "1:10 number-out-of-range",
      "2:9 unknown-value",
      "3:1 unknown-key",
      "5:11 name-invalid",
      "6:5 unknown-key",
      "8:9 origin-invalid",
      "9:9 origin-invalid",
      "10:9 origin-invalid",
      "11:9 origin-invalid",
      "12:9 origin-invalid",
      "13:9 origin-invalid",
      "14:9 origin-invalid",
      "15:9 expression-invalid",
      "16:9 null-value",
      "17:9 star-beside-others",
      "18:25 method-invalid",
      "19:19 list-expected",
      "20:21 cors-header",
      "21:23 wrong-type",
      "22:13 max-age-invalid",
      "23:20 unknown-value",
      "24:11 wrong-type",
      "25:40 number-out-of-range",
      "25:63 number-out-of-range",
      "25:80 wrong-type",
      "27:18 value-empty",
      "28:5 duplicate-key",
      "29:5 wrong-type",
      "30:5 methods-required",
      "30:11 name-duplicate",
      "34:13 null-value",
      "35:17 reference-unknown",
      "39:9 match-empty",
      "40:16 host-invalid",
      "40:45 path-invalid",
      "41:19 reference-duplicate",
    ].toSorted(),
  );
});

describe("hostile documents", () => {
  test("keys that objects have by themselves are unknown keys", () => {
    const keys = ["__proto__", "constructor", "toString", "hasOwnProperty"];
    const text = `policies: [{name: a, ${keys.map((key) => `${key}: {}`).join(", ")}}]`;
    expect(codes(decoded(text))).toEqual(keys.map((key) => `unknown-key /policies/0/${key}`));
    expect(Object.hasOwn(Object.prototype, "a")).toBe(false);
  });

  test("long texts are cut in problems", () => {
    const long = "x".repeat(5000);
    const [byValue, byKey] = decoded(`policies: [{name: "${long}", ? "${long}" : 1}]`).problems;
    expect(byKey?.value).toHaveLength(MAX_VALUE);
    expect(byValue?.message.length).toBeLessThan(500);
    expect(byValue?.pointer).toBe(`/policies/0/${"x".repeat(MAX_VALUE)}`);
    expect(byKey?.message.length).toBeLessThan(500);
  });

  test.each([
    ["keys", "", (index: number) => `k${index}: 1`, "unknown-key"],
    ["entries", "policies:", (index: number) => `- ${index}`, "wrong-type"],
    ["tags", "policies: [{name: a, tags: [", (index: number) => ` ${index},`, "wrong-type"],
    [
      "origins",
      "policies: [{name: a, allowOrigins: [",
      (index: number) => ` ${index},`,
      "wrong-type",
    ],
  ])("problems without end come to an end: %s", (_, begin, line, code) => {
    const lines = Array.from({ length: MAX_PROBLEMS + 10 }, (__, index) => line(index));
    const end = begin.endsWith("[") ? " ]}]" : "";
    const { problems } = decoded([begin, ...lines, end].join("\n"));
    expect(problems).toHaveLength(MAX_PROBLEMS);
    expect(problems.at(-2)?.code).toBe(code);
    expect(problems.at(-1)?.code).toBe("too-many-problems");
  });

  test("expressions are compiled only as long as the document has instructions left", () => {
    const compiled: string[] = [];
    const compileExpression = (source: string) => {
      compiled.push(source);
      return ok({ source, instructions: MAX_DOCUMENT_INSTRUCTIONS / 2 + 1, test: () => false });
    };
    const text = 'policies: [{name: a, allowOrigins: ["~a", "~b", "~c", "~d"]}]';
    const { problems } = decodeDocument([fileOf(text)], { ...libraries, compileExpression });
    expect(compiled).toEqual(["a", "b"]);
    expect(problems).toHaveLength(4);
    expect(problems.at(-1)?.message).toContain("the document has too many expressions");
  });

  test("numbers out of any range", () => {
    const text = "version: 1e999\npolicies: [{name: a, maxAge: 9e99}, {name: b, maxAge: .nan}]";
    expect(codes(decoded(text))).toEqual([
      "number-out-of-range /version",
      "max-age-invalid /policies/0/maxAge",
      "max-age-invalid /policies/1/maxAge",
    ]);
  });
});

test("a name that is proposed has its control characters as escapes", () => {
  const group = `{"name": "g", "match": [{"path": "/"}], "policies": ["partner"]}`;
  const document = `{"policies": [{"name": "partne\\u009br"}], "apiGroups": [${group}]}`;
  const fixes = decoded(document).problems.map(({ fix }) => fix);
  expect(fixes).toContain(String.raw`write ${"`"}partne\u{9b}r${"`"}`);
});
