import { describe, expect, test } from "vitest";
import { codes, decoded, said } from "./decoded.ts";

const GROUPS = "apiGroups: [{name: orders, policies: [a]}, {name: stock, policies: []}]\n";

function application(keys: string, groups = GROUPS): string {
  return `policies: [{name: a}]\n${groups}applications:\n- {name: shop, ${keys}}`;
}

describe("an application as written", () => {
  test.each([
    ["origins: [https://a.example], apiGroups: [orders, stock]", "listed", "listed"],
    ["origins: '*', apiGroups: '*'", "any", "any"],
    ["origins: ['*'], apiGroups: []", "any", "listed"],
    ["origins: []", "listed", undefined],
  ])("%s", (keys, origins, groups) => {
    const { document, problems } = decoded(application(keys));
    expect(problems).toEqual([]);
    expect(document.applications[0]?.name.value).toBe("shop");
    expect(document.applications[0]?.origins.kind).toBe(origins);
    expect(document.applications[0]?.apiGroups?.kind).toBe(groups);
  });

  test.each(["", ", apiGroups: '*'", ", apiGroups: []"])("without groups: origins%s", (keys) => {
    expect(codes(decoded(application(`origins: []${keys}`, "")))).toEqual([]);
  });
});

describe("what is wrong with an application", () => {
  test.each([
    ["apiGroups: '*'", "4:3 /applications/0 missing-key | `origins` is missing | add `origins`"],
    [
      "origins: https://a.example",
      '4:25 /applications/0/origins list-expected | expected a list, or `"*"` | write `[https://a.example]`',
    ],
    [
      "origins: [a.example]",
      "4:26 /applications/0/origins/0 origin-invalid | `a.example` is not an origin: it has no scheme | write `https://a.example`",
    ],
    [
      "origins: [], apiGroup: [orders]",
      "4:29 /applications/0/apiGroup unknown-key | unknown key `apiGroup` | write `apiGroups`",
    ],
    [
      "origins: [], apiGroups: [order]",
      "4:41 /applications/0/apiGroups/0 reference-unknown | there is no API group `order` | write `orders`",
    ],
    [
      "origins: [], apiGroups: [orders, '*']",
      '4:49 /applications/0/apiGroups/1 star-beside-others | `*` stands beside other entries | write `"*"` alone for all, or remove it',
    ],
    [
      "origins: [], apiGroups: [7]",
      '4:41 /applications/0/apiGroups/0 wrong-type | expected a text, found the number `7` | quote it: `"7"`',
    ],
  ])("%s", (keys, problem) => {
    expect(said(decoded(application(keys)))).toEqual([problem]);
  });

  test("a group that is named where there are none", () => {
    const result = decoded(application("origins: [], apiGroups: [default]", ""));
    expect(said(result)).toEqual([
      '3:40 /applications/0/apiGroups reference-unknown | there are no `apiGroups` that an application could name | leave the key out, or write `"*"`',
    ]);
    expect(result.document.applications[0]?.apiGroups).toMatchObject({ kind: "listed", items: [] });
  });

  test("an entry that is none", () => {
    expect(codes(decoded("policies: [{name: a}]\napplications: [shop]"))).toEqual([
      "wrong-type /applications/0",
    ]);
  });
});
