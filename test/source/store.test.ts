import { describe, expect, test } from "vitest";
import type { Snapshot } from "../../src/cors/snapshot.ts";
import type { PolicyDocument } from "../../src/policy/document.ts";
import type { Problem } from "../../src/policy/problem.ts";
import { type Attempt, PolicyStore } from "../../src/source/store.ts";

const EMPTY: PolicyDocument = { policies: [], applications: [], groups: undefined };

function problem(severity: "error" | "warning", message: string): Problem {
  const place = { file: "a.yaml", line: 1, column: 1, pointer: "" };
  return { ...place, severity, code: "x", value: "", message, fix: "mend it" };
}

function good(revision: string, problems: readonly Problem[] = []): Attempt {
  const snapshot: Snapshot = {
    revision,
    needs: { route: false, httpVersion: false },
    select: () => ({ by: "unknown-name" }),
  };
  return { digest: revision, revision, problems, loaded: { document: { ...EMPTY }, snapshot } };
}

function bad(digest: string): Attempt {
  return { digest, revision: digest, problems: [problem("error", "wrong")], loaded: undefined };
}

function store(): PolicyStore {
  return new PolicyStore((before, after) => [before === after ? "same" : "different"]);
}

describe("PolicyStore", () => {
  test("has nothing in force at first", () => {
    expect(() => store().current()).toThrow("no policy document was ever loaded");
  });

  test("a first document comes into force, with nothing to compare it with", () => {
    const policies = store();
    const warning = problem("warning", "careful");
    const first = good("1", [warning]);
    expect(policies.offer(first)).toEqual({
      result: "replaced",
      problems: [warning],
      revision: "1",
      changes: [],
    });
    expect(policies.current()).toBe(first.loaded?.snapshot);
  });

  test("another document replaces it and is compared with it", () => {
    const policies = store();
    policies.offer(good("1"));
    const second = good("2");
    expect(policies.offer(second)).toMatchObject({ result: "replaced", changes: ["different"] });
    expect(policies.current()).toBe(second.loaded?.snapshot);
  });

  test("the same contents keep the very snapshot", () => {
    const policies = store();
    const first = good("1");
    policies.offer(first);
    expect(policies.offer(good("1"))).toMatchObject({ result: "unchanged", changes: [] });
    expect(policies.current()).toBe(first.loaded?.snapshot);
  });

  test("a bad document is rejected with its problems, and the last good one stays", () => {
    const policies = store();
    const first = good("1");
    policies.offer(first);
    const second = bad("2");
    expect(policies.offer(second)).toEqual({
      result: "rejected",
      problems: second.problems,
      revision: "2",
      changes: [],
    });
    expect(policies.current()).toBe(first.loaded?.snapshot);
    expect(policies.offer(good("1"))).toMatchObject({ result: "unchanged" });
  });

  test("after a bad document a new one is compared with the last good one", () => {
    const policies = store();
    policies.offer(good("1"));
    policies.offer(bad("2"));
    expect(policies.offer(good("3"))).toMatchObject({ result: "replaced", changes: ["different"] });
  });

  test.each([
    { what: "nothing offered yet", offered: [], known: false },
    { what: "the same good contents", offered: [good("1")], known: true },
    { what: "other good contents", offered: [good("2")], known: false },
    { what: "the same bad contents", offered: [bad("1")], known: true },
    { what: "other bad contents", offered: [bad("2")], known: false },
    { what: "contents from before", offered: [good("1"), bad("2")], known: false },
  ])("$what: known is $known", ({ offered, known }) => {
    const policies = store();
    for (const attempt of offered) policies.offer(attempt);
    expect(policies.isKnown("1")).toBe(known);
  });

  test("files that cannot all be read have no revision", () => {
    const policies = store();
    policies.offer(good("1"));
    const report = policies.offer({ ...bad("2"), revision: undefined });
    expect(report).toMatchObject({ result: "rejected", revision: undefined });
  });
});
