import { describe, expect, test } from "vitest";
import { decide } from "../../src/cors/decide.ts";
import type { Group, Snapshot } from "../../src/cors/snapshot.ts";
import { compileDocument } from "../../src/policy/compile.ts";
import { MAX_PROBLEMS } from "../../src/policy/problem-limit.ts";
import { libraries } from "../../src/source/libraries.ts";
import { preflight, request } from "../cors/sample.ts";
import { compileObject, nodeOf, shortly, WEB } from "./compile-object.ts";

function snapshotOf(document: object): Snapshot | undefined {
  return compileObject(document).snapshot;
}

function groupOf(document: object, name: string): Group | undefined {
  const selection = snapshotOf(document)?.select(request({ group: name }));
  return selection?.by === "name" ? selection.group : undefined;
}

describe("compileDocument", () => {
  test("makes a snapshot that decides", () => {
    const { snapshot, problems } = compileObject({ policies: [WEB] });
    expect(problems).toEqual([]);
    expect(snapshot?.revision).toBe("r1");
    const decision = snapshot && decide(snapshot, preflight("GET"));
    expect(decision).toMatchObject({ group: "default", outcome: "granted" });
  });

  test("makes one of a document with warnings", () => {
    const { snapshot, problems } = compileObject({ policies: [{ ...WEB, allowOrigins: "*" }] });
    expect(problems.map(shortly)).toEqual(["warning origin-any /policies/0/allowOrigins"]);
    expect(snapshot).toBeDefined();
  });

  test.each([
    ["is not well formed", { policies: [{ ...WEB, name: "UPPER" }] }],
    [
      "means what it must not",
      { policies: [{ ...WEB, allowOrigins: "*", allowCredentials: true }] },
    ],
  ])("makes none of a document that %s", (_, document) => {
    const { snapshot, problems } = compileObject(document);
    expect(problems.map(({ severity }) => severity)).toEqual(["error"]);
    expect(snapshot).toBeUndefined();
  });

  test("reports in one go, in the order of files and lines, and says nothing of relations that it cannot see", () => {
    const files = ["b.json", "a.json"].map((file) => ({
      file,
      root: nodeOf(
        {
          policies: [
            { name: `p-${file}`, allowOrigins: ["null"], allowCredentials: true, surplus: 1 },
            { name: `q-${file}`, allowOrigins: "*" },
            { name: `r-${file}`, allowOrigins: "*" },
          ],
        },
        file,
      ),
    }));
    const { problems, snapshot } = compileDocument(files, "r1", libraries);
    const codes = ["origin-null-credentials", "unknown-key", "origin-any", "origin-any"];
    expect(snapshot).toBeUndefined();
    expect(problems.map(({ file }) => file)).toEqual([
      ...codes.map(() => "b.json"),
      ...codes.map(() => "a.json"),
    ]);
    expect(problems.map(({ code }) => code).toSorted()).toEqual([...codes, ...codes].toSorted());
    const lines = problems.slice(0, codes.length).map(({ line }) => line);
    expect(lines).toEqual(lines.toSorted((a, b) => a - b));
  });

  test("reports no more than a reader takes, errors first, and a use of warnings alone", () => {
    const http = (count: number) => ({
      name: "web",
      allowOrigins: Array.from({ length: count }, (_, i) => `http://a${i}.example`),
      allowCredentials: true,
    });
    const severities = (document: object) => {
      const { problems, snapshot } = compileObject(document);
      const codes = [problems[0]?.code, problems.at(-2)?.code, problems.at(-1)?.code];
      const errors = problems.filter(({ severity }) => severity === "error").length;
      return { count: problems.length, codes, errors, used: snapshot !== undefined };
    };
    const insecure = "origin-http-credentials";
    const full = "too-many-problems";
    expect(severities({ policies: [http(MAX_PROBLEMS - 1)] })).toEqual({
      count: MAX_PROBLEMS - 1,
      codes: [insecure, insecure, insecure],
      errors: 0,
      used: true,
    });
    for (const count of [MAX_PROBLEMS, MAX_PROBLEMS + 1, 2 * MAX_PROBLEMS]) {
      expect(severities({ policies: [http(count)] })).toEqual({
        count: MAX_PROBLEMS,
        codes: [insecure, insecure, full],
        errors: 0,
        used: true,
      });
      const wrong = { ...http(1), name: "wrong", allowOrigins: ["null"] };
      expect(severities({ policies: [http(count), wrong] })).toEqual({
        count: MAX_PROBLEMS,
        codes: [insecure, full, "origin-null-credentials"],
        errors: 2,
        used: false,
      });
    }
  });

  test("makes none where a file could not be read, nor speaks of relations", () => {
    const document = { policies: [WEB, { ...WEB, name: "again" }] };
    const files = [{ file: "f", root: nodeOf(document, "f") }];
    expect(compileDocument(files, "r1", libraries, false)).toMatchObject({
      problems: [],
      snapshot: undefined,
    });
    expect(compileDocument(files, "r1", libraries).problems.map(shortly)).toEqual([
      "warning policy-never-governs /policies/1",
    ]);
  });
});

describe("a compiled group", () => {
  const off = { ...WEB, name: "off", enabled: false };
  const shadow = { ...WEB, name: "shadow", mode: "shadow" };
  const late = { ...WEB, name: "late" };
  const names = (chain: Group["enforced"]) => chain?.policies.map(({ name }) => name);
  const path = (text: string) => [{ path: text }];

  test.each([
    ["enforcing policies", [WEB, late], ["web", "late"], undefined],
    ["a disabled one stands nowhere", [off, WEB], ["web"], undefined],
    ["a shadow one in its place", [shadow, WEB, off], ["web"], ["shadow", "web"]],
    ["shadow ones alone", [shadow], undefined, ["shadow"]],
    ["disabled ones alone", [off], undefined, undefined],
  ])("%s", (_, policies, enforced, rehearsed) => {
    const group = groupOf({ policies }, "default");
    expect(names(group?.enforced)).toEqual(enforced);
    expect(names(group?.rehearsed)).toEqual(rehearsed);
  });

  test("shares indexes with groups of the same policies and applications", () => {
    const document = {
      policies: [WEB, late],
      applications: [
        { name: "own", origins: ["https://m.example"], apiGroups: ["a", "b"] },
        { name: "all", origins: ["https://n.example"] },
      ],
      apiGroups: [
        { name: "a", match: path("/a"), policies: ["web", "late"] },
        { name: "b", match: path("/b"), policies: ["web", "late"] },
        { name: "c", match: path("/c"), policies: ["late", "web"] },
      ],
    };
    const [a, b, c] = ["a", "b", "c"].map((name) => groupOf(document, name)?.enforced);
    expect(a?.applications.map((index) => index.names)).toEqual([["own"], ["all"]]);
    expect(c?.applications.map((index) => index.names)).toEqual([["all"]]);
    const snapshot = snapshotOf(document);
    const chain = (group: string) => {
      const selection = snapshot?.select(request({ group }));
      return selection?.by === "name" ? selection.group.enforced : undefined;
    };
    expect(b).toBeDefined();
    expect(chain("a")?.admits).toBe(chain("b")?.admits);
    expect(chain("a")?.admits).not.toBe(chain("c")?.admits);
    expect(chain("a")?.applications[1]).toBe(chain("c")?.applications[0]);
  });
});

describe("what a snapshot needs", () => {
  const http2 = { ...WEB, httpVersions: ["HTTP/2"] };
  const byPath = { name: "g", match: [{ path: "/" }], policies: ["web"] };
  const cases: readonly [string, object, boolean, boolean][] = [
    ["nothing", { policies: [WEB] }, false, false],
    ["the version", { policies: [http2] }, false, true],
    ["the version of a shadow policy", { policies: [{ ...http2, mode: "shadow" }] }, false, true],
    ["no version of a disabled policy", { policies: [{ ...http2, enabled: false }] }, false, false],
    [
      "no version of a policy that stands nowhere",
      { policies: [WEB, { ...http2, name: "nowhere" }], apiGroups: [byPath] },
      false,
      false,
    ],
    [
      "the route",
      { policies: [WEB], apiGroups: [{ ...byPath, match: [{ path: "/" }, { route: "r" }] }] },
      true,
      false,
    ],
  ];
  test.each(cases)("%s", (_, document, route, httpVersion) => {
    expect(snapshotOf(document)?.needs).toEqual({ route, httpVersion });
  });
});

test("what is proposed shows no control character either", () => {
  const { problems } = compileObject({ policies: [{ name: "a", allowOrigins: "\u2028*.a" }] });
  const fixes = problems.map(({ fix }) => fix);
  expect(fixes).toContain(String.raw`write ${"`"}["\u{2028}*.a"]${"`"}`);
});
