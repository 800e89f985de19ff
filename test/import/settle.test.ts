import { expect, test } from "vitest";
import { settle } from "../../src/import/settle.ts";
import type { WrittenDocument, WrittenPolicy } from "../../src/import/written-document.ts";
import { libraries } from "../../src/source/libraries.ts";
import { problemsOf } from "../policy/compile-object.ts";

const FINE: WrittenPolicy = { name: "web", allowOrigins: ["https://a.example"] };

function settled(document: WrittenDocument) {
  const imported = settle({ document, differences: [] }, libraries);
  expect(problemsOf(imported.document).filter((line) => line.startsWith("error"))).toEqual([]);
  return imported;
}

test("a document without errors stays as it is", () => {
  const imported = { document: { policies: [FINE] }, differences: [] };
  expect(settle(imported, libraries)).toEqual(imported);
});

test("entries that are refused are taken out, the others stay", () => {
  const { document, differences } = settled({
    policies: [
      {
        ...FINE,
        allowOrigins: ["https://a.example", "~(?=a)", "https://*.co.uk", "https://b.example"],
        allowCredentials: true,
        allowHeaders: ["x-a", "not a name"],
        maxAge: 1.5,
      },
    ],
  });
  expect(document).toEqual({
    policies: [
      {
        ...FINE,
        allowOrigins: ["https://a.example", "https://b.example"],
        allowCredentials: true,
        allowHeaders: ["x-a"],
      },
    ],
  });
  expect(differences.map(({ place, policy, text }) => [place, policy, text])).toEqual([
    ["policies web", "web", expect.stringMatching(/^`~\(\?=a\)` is no RE2 .*; it is left out$/)],
    ["policies web", "web", expect.stringMatching(/^`not a name` .*; it is left out$/)],
    ["policies web", "web", expect.stringMatching(/^`1.5` .*; it is left out$/)],
    ["policies web", "web", expect.stringMatching(/^`https:\/\/\*\.co\.uk` .*; it is left out$/)],
  ]);
});

test("`*` loses its credentials", () => {
  const { document, differences } = settled({
    policies: [{ ...FINE, allowOrigins: "*", allowCredentials: true }],
  });
  expect(document.policies).toEqual([{ ...FINE, allowOrigins: "*", allowCredentials: false }]);
  expect(differences).toEqual([
    {
      place: "policies web",
      policy: "web",
      text: "`*` cannot be combined with credentials; credentials are no longer allowed",
    },
  ]);
});

test("`*` of an application under credentials is taken out", () => {
  const { document, differences } = settled({
    policies: [{ ...FINE, allowCredentials: true }],
    applications: [{ name: "app", origins: ["*"] }],
  });
  expect(document.applications).toEqual([{ name: "app", origins: [] }]);
  expect(differences).toHaveLength(1);
  expect(differences[0]).toMatchObject({ place: "applications app", policy: undefined });
});

test("a list that is too long is an empty one, not the preset's default", () => {
  const names = Array.from({ length: 40 }, (_, index) => `${"x".repeat(250)}${index}`);
  const { document } = settled({
    policies: [{ ...FINE, preset: "gravitee", allowHeaders: [...names, "not a name"] }],
  });
  expect(document.policies).toEqual([{ ...FINE, preset: "gravitee", allowHeaders: [] }]);
});

test("an entry of match goes whole, so that no wider one is left", () => {
  const { document } = settled({
    policies: [FINE],
    apiGroups: [
      {
        name: "orders",
        match: [{ host: "a b", path: "/orders" }, { path: "/b" }],
        policies: ["web"],
      },
    ],
  });
  expect(document.apiGroups).toEqual([
    { name: "orders", match: [{ path: "/b" }], policies: ["web"] },
  ]);
});

test("expressions over the budget go one after the other", () => {
  const big = (letter: string) => `~https://[${letter}]{1,900}\\.a\\.example`;
  const { document } = settled({
    policies: [{ ...FINE, allowOrigins: [big("a"), big("b"), big("c"), big("d")] }],
  });
  expect(document.policies[0]?.allowOrigins).toEqual([big("a")]);
});
