import { describe, expect, test } from "vitest";
import type { Snapshot } from "../../src/cors/snapshot.ts";
import type { Problem } from "../../src/policy/problem.ts";
import { type Offer, PolicyStore } from "../../src/source/store.ts";

function problem(severity: "error" | "warning", message: string): Problem {
  const place = { file: "a.yaml", line: 1, column: 1, pointer: "" };
  return { ...place, severity, code: "x", value: "", message, fix: "mend it" };
}

function good(revision: string, problems: readonly Problem[] = []): Offer {
  const snapshot: Snapshot = {
    revision,
    needs: { route: false, httpVersion: false },
    select: () => ({ by: "unknown-name" }),
  };
  const packed = { policies: [], applications: [], groups: undefined, origins: [] };
  return { digest: revision, revision, problems, usable: { packed, snapshot } };
}

function bad(digest: string): Offer {
  return { digest, revision: digest, problems: [problem("error", "wrong")], usable: undefined };
}

describe("PolicyStore", () => {
  test("has nothing in force at first", () => {
    const policies = new PolicyStore();
    expect(() => policies.current()).toThrow("no policy document was ever loaded");
    expect(policies.inForce).toBeUndefined();
  });

  test("a first document comes into force", () => {
    const policies = new PolicyStore(() => 1234);
    const first = good("1", [problem("warning", "careful")]);
    expect(policies.offer(first)).toBe("replaced");
    expect(policies.current()).toBe(first.usable?.snapshot);
    const { problems } = first;
    expect(policies.inForce).toEqual({ ...first.usable, revision: "1", problems, since: 1234 });
  });

  test("another document replaces it", () => {
    const policies = new PolicyStore();
    policies.offer(good("1"));
    const second = good("2");
    expect(policies.offer(second)).toBe("replaced");
    expect(policies.current()).toBe(second.usable?.snapshot);
  });

  test("the same contents keep the very snapshot", () => {
    const policies = new PolicyStore();
    const first = good("1");
    policies.offer(first);
    expect(policies.offer(good("1"))).toBe("unchanged");
    expect(policies.current()).toBe(first.usable?.snapshot);
  });

  test("a bad document is rejected, and the last good one stays", () => {
    const policies = new PolicyStore();
    const first = good("1");
    policies.offer(first);
    expect(policies.offer(bad("2"))).toBe("rejected");
    expect(policies.current()).toBe(first.usable?.snapshot);
    expect(policies.inForce).toMatchObject({ revision: "1", problems: [] });
    expect(policies.offer(good("1"))).toBe("unchanged");
    expect(policies.offer(good("3"))).toBe("replaced");
  });

  test("is stale exactly after what was rejected, and keeps the last problems and the time", () => {
    let now = 0;
    const policies = new PolicyStore(() => now);
    const seen = [good("1"), bad("2"), good("1"), bad("3"), good("4")].map((offer) => {
      now += 1;
      policies.offer(offer);
      const { isStale, problems, inForce } = policies;
      return [isStale, problems.length, inForce?.since];
    });
    expect(seen).toEqual([
      [false, 0, 1],
      [true, 1, 1],
      [false, 0, 1],
      [true, 1, 1],
      [false, 0, 5],
    ]);
    expect(new PolicyStore()).toMatchObject({ isStale: false, problems: [] });
  });

  test.each([
    { what: "nothing offered yet", offered: [], known: false },
    { what: "the same good contents", offered: [good("1")], known: true },
    { what: "other good contents", offered: [good("2")], known: false },
    { what: "the same bad contents", offered: [bad("1")], known: true },
    { what: "other bad contents", offered: [bad("2")], known: false },
    { what: "contents from before", offered: [good("1"), bad("2")], known: false },
  ])("$what: known is $known", ({ offered, known }) => {
    const policies = new PolicyStore();
    for (const offer of offered) policies.offer(offer);
    expect(policies.isKnown("1")).toBe(known);
  });
});
