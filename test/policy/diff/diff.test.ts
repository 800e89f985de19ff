import { describe, expect, test } from "vitest";
import { diffDocuments } from "../../../src/policy/diff/diff.ts";
import type { KnownFacts } from "../../../src/policy/diff/diff-facts.ts";
import { diffGroup } from "../../../src/policy/diff/diff-group.ts";
import type { Effect } from "../../../src/policy/diff/effect.ts";
import { POLICY_VALUES } from "../../../src/policy/diff/policy-values.ts";
import { diffLines, renderDiff } from "../../../src/policy/diff/render-diff.ts";
import type { PolicyDocument, Written } from "../../../src/policy/document.ts";
import { presetOf } from "../../../src/policy/preset.ts";
import { resolveDocument } from "../../../src/policy/resolve-document.ts";
import { compileObject, WEB } from "../compile-object.ts";

function linesOf(before: object, after: object, tag?: string): readonly string[] {
  const [old, young] = [before, after].map((document) => compileObject(document).document);
  return old === undefined || young === undefined
    ? ["!"]
    : renderDiff(diffDocuments(resolveDocument(old), resolveDocument(young), tag));
}

/** Each line about the one group of documents with one policy, which is otherwise {@link WEB}, with its effect. */
function effectsOf(before: object, after: object): Readonly<Record<string, Effect>> {
  const [old, young] = [before, after].map((policy) =>
    resolveDocument(compileObject({ policies: [{ ...WEB, ...policy }] }).document),
  );
  const lines = old && young ? diffLines(diffDocuments(old, young)) : [];
  return Object.fromEntries(lines.map(({ text, effect }) => [text.trim(), effect]));
}

/** The lines about the one group of documents with one policy, which is otherwise {@link WEB}. */
function policyLines(before: object, after: object): readonly string[] {
  const [title, ...lines] = linesOf(
    { policies: [{ ...WEB, ...before }] },
    { policies: [{ ...WEB, ...after }] },
  );
  expect(title).toBe("group `default`: changed");
  return lines.map((line) => line.trim());
}

const A = "https://a.example";
const B = "https://b.example";
const group = (name: string, path: string, ...policies: string[]) => ({
  name,
  match: [{ path }],
  policies,
});
const KEPT = "; browsers may keep a preflight for up to";

describe("a changed policy", () => {
  const cases: readonly [string, object, object, readonly string[]][] = [
    [
      "origins",
      { allowOrigins: [A], maxAge: 600 },
      { allowOrigins: [B], maxAge: 600 },
      [
        `origins newly admitted: \`${B}\``,
        `origins no longer admitted: \`${A}\`${KEPT} 600 s`,
        `policy \`web\`: origins added: \`${B}\``,
        `policy \`web\`: origins removed: \`${A}\`${KEPT} 600 s`,
      ],
    ],
    [
      "the time is that of before",
      { allowMethods: ["GET", "PUT"], maxAge: 600 },
      { allowMethods: ["GET", "POST"], maxAge: 5 },
      [
        "policy `web`: methods added: `POST`",
        `policy \`web\`: methods removed: \`PUT\`${KEPT} 600 s`,
        "policy `web`: maxAge: 600 -> 5",
      ],
    ],
    [
      "browsers keep a preflight for a while without a time",
      { allowHeaders: ["x-a", "x-b"] },
      { allowHeaders: ["X-A"] },
      [`policy \`web\`: headers removed: \`x-b\`${KEPT} 5 s`],
    ],
    [
      "nothing is kept where nothing may be",
      { exposeHeaders: ["x-a"], maxAge: 0 },
      { exposeHeaders: [], maxAge: 0 },
      ["policy `web`: exposed headers removed: `x-a`"],
    ],
    [
      "to `*`",
      { allowMethods: ["GET"] },
      { allowMethods: "*" },
      ["policy `web`: methods added: `*`"],
    ],
    [
      "from `*`",
      { allowMethods: "*" },
      { allowMethods: ["GET"] },
      [`policy \`web\`: methods removed: \`*\`${KEPT} 5 s`],
    ],
    [
      "credentials given",
      {},
      { allowCredentials: true },
      ["policy `web`: allowCredentials: false -> true"],
    ],
    [
      "credentials taken",
      { allowCredentials: true },
      {},
      [`policy \`web\`: allowCredentials: true -> false${KEPT} 5 s`],
    ],
    [
      "switches",
      {},
      {
        behavior: { refusedActual: "forward", refusalStatus: { origin: 404 } },
        requireOrigin: true,
        httpVersions: ["HTTP/2"],
      },
      [
        "policy `web`: httpVersions: all -> HTTP/2",
        "policy `web`: requireOrigin: false -> true",
        "policy `web`: behavior.refusedActual: reject -> forward",
        "policy `web`: behavior.refusalStatus.origin: 403 -> 404",
      ],
    ],
    [
      "disabled",
      {},
      { enabled: false },
      [
        "no policy is enforcing any more: exchanges pass untouched",
        `origins no longer admitted: \`https://app.example.com\`${KEPT} 5 s`,
        `policy \`web\`: enforcing -> disabled${KEPT} 5 s`,
      ],
    ],
    [
      "out of the shadow",
      { mode: "shadow" },
      {},
      [
        "a policy is enforcing now: the service's own CORS headers are replaced",
        "origins newly admitted: `https://app.example.com`",
        "policy `web`: shadow -> enforcing",
      ],
    ],
    [
      "a shadow takes nothing away",
      { mode: "shadow", allowMethods: ["GET"] },
      { mode: "shadow", allowMethods: ["PUT"] },
      ["policy `web`: methods added: `PUT`", "policy `web`: methods removed: `GET`"],
    ],
  ];
  test.each(cases)("%s", (_, before, after, lines) => {
    expect(policyLines(before, after)).toEqual(lines);
  });
});

describe("what admits more is told from what admits less", () => {
  const cases: readonly [before: object, after: object, there: Effect, back: Effect][] = [
    [{}, { allowCredentials: true }, "wider", "narrower"],
    [{ httpVersions: ["HTTP/2"] }, {}, "wider", "narrower"],
    [{ httpVersions: ["HTTP/2"] }, { httpVersions: ["HTTP/2", "HTTP/3"] }, "wider", "narrower"],
    [{ httpVersions: ["HTTP/2"] }, { httpVersions: ["HTTP/3"] }, "wider", "wider"],
    [{ requireOrigin: true }, {}, "wider", "narrower"],
    [{ webSocket: "check" }, {}, "wider", "narrower"],
    [{}, { allowPrivateNetwork: true }, "wider", "narrower"],
    [{}, { timingAllowOrigin: true }, "wider", "narrower"],
    [{}, { behavior: { refusedActual: "forward" } }, "wider", "narrower"],
    [{}, { behavior: { refusedPreflight: "forward" } }, "wider", "narrower"],
    [{}, { behavior: { refusedPreflight: "bare" } }, "other", "other"],
    [{}, { behavior: { checkRequested: false } }, "wider", "narrower"],
    [{}, { behavior: { checkActualMethod: false } }, "wider", "narrower"],
    [{}, { behavior: { safelistedMethods: "always" } }, "wider", "narrower"],
    [{ behavior: { sameOrigin: "check" } }, {}, "wider", "narrower"],
    [{}, { behavior: { refusalStatus: { origin: 404 } } }, "other", "other"],
    [{}, { maxAge: 5 }, "other", "other"],
    [{ allowMethods: ["GET"] }, { allowMethods: ["GET", "PUT"] }, "wider", "narrower"],
    [{}, { allowHeaders: ["x-a"] }, "wider", "narrower"],
  ];

  test.each(cases)("%j -> %j: %s, and back: %s", (before, after, there, back) => {
    expect(Object.values(effectsOf(before, after))).toEqual(["other", there]);
    expect(Object.values(effectsOf(after, before))).toEqual(["other", back]);
    // What is in shadow admits nobody.
    const shadow = { mode: "shadow" };
    const inShadow = effectsOf({ ...before, ...shadow }, { ...after, ...shadow });
    expect(Object.values(inShadow)).toEqual(["other", "other"]);
  });

  test("origins, and policies that come into force or leave it", () => {
    const app = "https://app.example.com";
    expect(effectsOf({}, { allowOrigins: [A] })).toEqual({
      "group `default`: changed": "other",
      [`origins newly admitted: \`${A}\``]: "wider",
      [`origins no longer admitted: \`${app}\`${KEPT} 5 s`]: "narrower",
      [`policy \`web\`: origins added: \`${A}\``]: "wider",
      [`policy \`web\`: origins removed: \`${app}\`${KEPT} 5 s`]: "narrower",
    });
    expect(effectsOf({ mode: "shadow" }, {})).toEqual({
      "group `default`: changed": "other",
      "a policy is enforcing now: the service's own CORS headers are replaced": "other",
      [`origins newly admitted: \`${app}\``]: "wider",
      "policy `web`: shadow -> enforcing": "wider",
    });
    expect(effectsOf({}, { enabled: false })).toEqual({
      "group `default`: changed": "other",
      "no policy is enforcing any more: exchanges pass untouched": "wider",
      [`origins no longer admitted: \`${app}\`${KEPT} 5 s`]: "narrower",
      [`policy \`web\`: enforcing -> disabled${KEPT} 5 s`]: "narrower",
    });
    expect(effectsOf({ enabled: false }, { mode: "shadow" })).toEqual({
      "group `default`: changed": "other",
      "policy `web`: disabled -> shadow": "other",
    });
  });

  test("another order", () => {
    const policies = [WEB, { name: "p", allowOrigins: [A] }];
    const [old, young] = [policies, policies.toReversed()].map((each) =>
      resolveDocument(compileObject({ policies: each }).document),
    );
    const lines = old && young ? diffLines(diffDocuments(old, young)) : [];
    expect(lines.map(({ effect }) => effect)).toEqual(["other", "wider"]);
  });

  test("requests that another group selects, or none", () => {
    const documents = ["/a", "/b"].map((path) => {
      const apiGroups = [group("g", path, WEB.name)];
      return resolveDocument(compileObject({ policies: [WEB], apiGroups }).document);
    });
    const [old, young] = documents;
    const lines = old && young ? diffLines(diffDocuments(old, young)) : [];
    expect(lines.map(({ text, effect }) => `${effect}: ${text.trim()}`)).toEqual([
      "other: group `g`: changed",
      "wider: selected by: `path /b`",
      "wider: no longer selected by: `path /a`",
    ]);
  });
});

describe("diffDocuments", () => {
  const p = { name: "p", allowOrigins: [A] };
  const q = { name: "q", allowOrigins: [B], tags: ["env:prod"] };

  test("says nothing of what behaves the same", () => {
    const written = { ...p, allowHeaders: ["X-A"], description: "one" };
    const same = { ...p, allowHeaders: ["x-a"], description: "two", tags: ["t"], preset: "strict" };
    expect(linesOf({ policies: [written] }, { policies: [same] })).toEqual([]);
  });

  test("an added and a removed policy", () => {
    expect(linesOf({ policies: [p] }, { policies: [q] })).toEqual([
      "group `default`: changed",
      `  origins newly admitted: \`${B}\``,
      `  origins no longer admitted: \`${A}\`${KEPT} 5 s`,
      `  policy \`p\`: enforcing -> absent${KEPT} 5 s`,
      "  policy `q`: absent -> enforcing",
    ]);
  });

  test("another order", () => {
    expect(linesOf({ policies: [p, q] }, { policies: [q, p] })).toEqual([
      "group `default`: changed",
      "  its policies stand in another order",
    ]);
  });

  test("an application's origins are its groups'", () => {
    const applications = [{ name: "m", origins: [B] }];
    expect(linesOf({ policies: [p] }, { policies: [p], applications })).toEqual([
      "group `default`: changed",
      `  origins newly admitted: \`${B}\``,
    ]);
    const off = { ...p, enabled: false };
    expect(linesOf({ policies: [off] }, { policies: [off], applications })).toEqual([]);
  });

  test("added, removed and moved groups, alike ones together", () => {
    const before = {
      policies: [p, q],
      apiGroups: [
        group("old", "/old", "p"),
        group("a", "/a", "p"),
        group("b", "/b", "p"),
        group("c", "/c", "p"),
      ],
    };
    const after = {
      policies: [p, q],
      apiGroups: [
        group("a", "/a", "p", "q"),
        group("b", "/b", "p", "q"),
        group("c", "/d", "p"),
        group("new", "/new", "q"),
      ],
    };
    expect(linesOf(before, after)).toEqual([
      "group `old`: removed",
      "  no longer selected by: `path /old`",
      "  no policy is enforcing any more: exchanges pass untouched",
      `  origins no longer admitted: \`${A}\`${KEPT} 5 s`,
      `  policy \`p\`: enforcing -> absent${KEPT} 5 s`,
      "groups `a`, `b`: changed",
      `  origins newly admitted: \`${B}\``,
      "  policy `q`: absent -> enforcing",
      "group `c`: changed",
      "  selected by: `path /d`",
      "  no longer selected by: `path /c`",
      "group `new`: added",
      "  selected by: `path /new`",
      "  a policy is enforcing now: the service's own CORS headers are replaced",
      `  origins newly admitted: \`${B}\``,
      "  policy `q`: absent -> enforcing",
    ]);
  });

  test("an empty group that comes is said too", () => {
    const open = [group("g", "/g", "p")];
    expect(
      linesOf(
        { policies: [p], apiGroups: open },
        { policies: [p], apiGroups: [...open, { name: "named", policies: [] }] },
      ),
    ).toEqual(["group `named`: added"]);
  });

  test("with a tag, only policies that have it count", () => {
    const before = { policies: [p, q] };
    const after = {
      policies: [
        { ...p, maxAge: 5 },
        { ...q, maxAge: 6 },
      ],
    };
    expect(linesOf(before, after, "env:prod")).toEqual([
      "group `default`: changed",
      "  policy `q`: maxAge: no header -> 6",
    ]);
    expect(linesOf(before, after, "other")).toEqual([]);
  });
});

describe("the work of a difference", () => {
  const PAGE = { name: "p", allowOrigins: [A] };
  const documentOf = (maxAge: number): PolicyDocument => {
    const apiGroups = [group("g", "/g", "p")];
    return compileObject({ policies: [{ ...PAGE, maxAge }], apiGroups }).document;
  };
  /** Each of the items as often as told, with names of their own. */
  const times = <T extends { readonly name: Written<string> }>(
    items: readonly T[],
    count: number,
  ) =>
    items.flatMap((item) =>
      Array.from({ length: count }, (_, i) => ({
        ...item,
        name: { ...item.name, value: `n${i}` },
      })),
    );
  const crowd = (count: number): PolicyDocument => {
    const document = documentOf(5);
    return { ...document, policies: times(document.policies, count), groups: undefined };
  };
  const seconds = (work: () => void): number => {
    const start = performance.now();
    work();
    return (performance.now() - start) / 1000;
  };

  test("grows with the policies of a group, not with their square", () => {
    const before = crowd(20_000);
    const [old, young] = [before, { ...before, policies: before.policies.toReversed() }].map(
      (document) => resolveDocument(document).groups[0],
    );
    const known: KnownFacts = new Map();
    expect(diffGroup("g", old, young, known)).toMatchObject({ reordered: true, policies: [] });
    // What holds of the policies is known now; what is left is to compare them.
    expect(seconds(() => diffGroup("g", old, young, known))).toBeLessThan(1);
  });

  test("has a group of as many policies as a document can hold", () => {
    const crowded = resolveDocument(documentOf(5)).groups.map((each) => ({
      ...each,
      members: Array.from({ length: 300_000 }, () => each.members).flat(),
    }));
    const [difference] = crowded.map((each) => diffGroup("g", each, undefined, new Map()));
    expect(difference).toMatchObject({ change: "removed", kept: 5 });
  });

  test("grows with the groups that change alike, not with their square", () => {
    const [before, after] = [documentOf(5), documentOf(7)].map((document) => ({
      ...document,
      groups: times(document.groups ?? [], 30_000),
    }));
    const differences =
      before && after
        ? () => diffDocuments(resolveDocument(before), resolveDocument(after))
        : () => [];
    expect(differences().map(({ groups }) => groups.length)).toEqual([30_000]);
    // Less than one second; tens of them where it grows with the square.
    expect(seconds(differences)).toBeLessThan(8);
  });
});

test("every switch of a preset is compared", () => {
  const { refusalStatus, ...switches } = presetOf("strict").behavior;
  const keys = [
    ...Object.keys(switches).map((key) => `behavior.${key}`),
    ...Object.keys(refusalStatus).map((key) => `behavior.refusalStatus.${key}`),
  ];
  const compared = POLICY_VALUES.map(([key]) => key).filter((key) => key.startsWith("behavior."));
  expect(compared.toSorted()).toEqual(keys.toSorted());
});
