import { describe, expect, test } from "vitest";
import { MAX_PATH_LENGTH, MAX_ROUTE_LENGTH } from "../../../src/policy/vocabulary/limits.ts";
import { codes, decoded, said } from "./decoded.ts";

/** A document of one policy `a` and one group with these lines, from line 5 on. */
function group(...lines: readonly string[]): string {
  return ["policies: [{name: a}]", "apiGroups:", "  - name: g", "    policies: [a]"]
    .concat(lines.map((line) => `    ${line}`))
    .join("\n");
}

describe("a group as written", () => {
  test("matches in canonical form", () => {
    const { document, problems } = decoded(
      group(
        "match:",
        "  - {host: API.example.com, path: /orders/}",
        "  - {host: '*.example.com'}",
        "  - {route: orders route}",
        "  - {path: /}",
      ),
    );
    expect(problems).toEqual([]);
    expect(document.groups).toMatchObject([
      {
        name: { value: "g" },
        match: [
          {
            host: { value: { kind: "exact", name: "api.example.com" }, text: "API.example.com" },
            path: { value: "/orders", text: "/orders/" },
            route: undefined,
          },
          { host: { value: { kind: "children", of: "example.com" } }, path: undefined },
          { host: undefined, route: { value: "orders route" } },
          { path: { value: "/" } },
        ],
        policies: [{ value: "a" }],
      },
    ]);
  });

  test("may match nothing, for a deployment that names it, and have no policies", () => {
    const { document, problems } = decoded(
      "policies: [{name: a}]\napiGroups: [{name: g, policies: []}]",
    );
    expect(problems).toEqual([]);
    expect(document.groups).toMatchObject([{ match: [], policies: [] }]);
  });

  test("no groups at all are another thing than none written", () => {
    expect(decoded("policies: [{name: a}]\napiGroups: []").document.groups).toEqual([]);
    expect(decoded("policies: [{name: a}]").document.groups).toBeUndefined();
  });
});

describe("what is wrong with a group", () => {
  test.each([
    [
      "match: [{}]",
      "5:13 /apiGroups/0/match/0 match-empty | an empty entry would match every request | name a `host`, `path` or `route`; for everything, write `path: /`",
    ],
    [
      "match: [/orders]",
      "5:13 /apiGroups/0/match/0 wrong-type | expected a map of keys to values, found the text `/orders` | write `key: value`, one a line",
    ],
    [
      "match: {path: /}",
      "5:12 /apiGroups/0/match wrong-type | expected a list, found a map | write a list: `[…]`, or one entry a line, each after `- `",
    ],
    [
      "match: [{hots: a}]",
      "5:14 /apiGroups/0/match/0/hots unknown-key | unknown key `hots` | write `host`",
    ],
    [
      "match: [{host: 'a:80'}]",
      "5:20 /apiGroups/0/match/0/host host-invalid | `a:80` is not a host to match: it has a port | write `a`",
    ],
    [
      "match: [{host: ~}]",
      '5:20 /apiGroups/0/match/0/host null-value | `~` without quotes means no value | quote it if the text is meant: `"~"`; else leave it out',
    ],
    [
      "match: [{path: orders}]",
      "5:20 /apiGroups/0/match/0/path path-invalid | `orders` is not a path prefix: it does not begin with `/` | write `/orders`",
    ],
    [
      "match: [{path: ''}]",
      "5:20 /apiGroups/0/match/0/path value-empty | the text is empty | write a value, or leave the key out",
    ],
    [
      "match: [{route: ''}]",
      "5:21 /apiGroups/0/match/0/route value-empty | the text is empty | write a value, or leave the key out",
    ],
    [
      "match: [{route: 5}]",
      '5:21 /apiGroups/0/match/0/route wrong-type | expected a text, found the number `5` | quote it: `"5"`',
    ],
  ])("%s", (line, problem) => {
    const result = decoded(group(line));
    expect(said(result)).toEqual([problem]);
    expect(result.document.groups?.[0]?.match).toEqual([]);
  });

  test.each([
    [
      "[a, a]",
      "3:27 /apiGroups/0/policies/1 reference-duplicate | `a` stands in this list already | keep the first",
    ],
    [
      "[b]",
      "3:24 /apiGroups/0/policies/0 reference-unknown | there is no policy `b` | add it to `policies`, or remove it here",
    ],
    [
      "[checkout]",
      "3:24 /apiGroups/0/policies/0 reference-unknown | there is no policy `checkout` | add it to `policies`, or remove it here",
    ],
    ["a", "3:23 /apiGroups/0/policies list-expected | expected a list | write `[a]`"],
    [
      "[1]",
      '3:24 /apiGroups/0/policies/0 wrong-type | expected a text, found the number `1` | quote it: `"1"`',
    ],
  ])("policies: %s", (names, problem) => {
    const text = `policies: [{name: a}]\napiGroups:\n- {name: g, policies: ${names}}`;
    expect(said(decoded(text))).toEqual([problem]);
  });

  test("keys that are missing, and an entry that is none", () => {
    const text = "policies: [{name: a}]\napiGroups:\n- {match: []}\n- g";
    expect(said(decoded(text))).toEqual([
      "3:3 /apiGroups/0 missing-key | `name` is missing | add `name`",
      "3:3 /apiGroups/0 missing-key | `policies` is missing | add `policies`",
      "4:3 /apiGroups/1 wrong-type | expected a map of keys to values, found the text `g` | write `key: value`, one a line",
    ]);
  });

  test.each([
    ["path", "/", MAX_PATH_LENGTH],
    ["route", "r", MAX_ROUTE_LENGTH],
  ])("the length of a %s", (key, begin, limit) => {
    const match = (length: number): string =>
      group(`match: [{${key}: "${begin}${"a".repeat(length - 1)}"}]`);
    expect(codes(decoded(match(limit - 1)))).toEqual([]);
    expect(codes(decoded(match(limit)))).toEqual([]);
    expect(codes(decoded(match(limit + 1)))).toEqual([
      `value-too-long /apiGroups/0/match/0/${key}`,
    ]);
  });
});
