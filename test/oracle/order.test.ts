import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RUNS, requests, SILENT } from "./every-answer.ts";
import { writtenDocument } from "./generate/documents.ts";
import type { StarOrList, WrittenDocument, WrittenGroup } from "./model/written.ts";
import { ask, type Seen, snapshotOf } from "./product.ts";

describe("the order of what does not depend on order", () => {
  /** Hosts of one group each, so that no group can stand in another's way. */
  const HOSTS = ["a.example", "b.example", "c.example", "d.example"];

  const disjoint = writtenDocument.map((document) => {
    const { apiGroups } = document;
    if (apiGroups === undefined) return document;
    const groups = apiGroups.map(
      (group, at): WrittenGroup => ({
        ...group,
        match: [{ host: HOSTS[at] ?? "" }],
      }),
    );
    return { ...document, apiGroups: groups };
  });

  test("changes no answer", () => {
    const hosted = fc
      .tuple(requests, fc.constantFrom(...HOSTS))
      .map(([asked, authority]) => asked.map((request) => ({ ...request, authority })));
    let answers = 0;
    fc.assert(
      fc.property(disjoint, hosted, fc.infiniteStream(fc.nat()), (document, asked, random) => {
        const shuffle = <T>(list: readonly T[]): readonly T[] => {
          const keyed = list.map((item) => [random.next().value ?? 0, item] as const);
          return keyed.sort(([one], [other]) => one - other).map(([, item]) => item);
        };
        const [one, other] = [document, shuffled(document, shuffle)];
        const [before, after] = [snapshotOf(one, "json"), snapshotOf(other, "json")];
        for (const request of asked) {
          const seen = unordered(ask(before, request, SILENT));
          expect(unordered(ask(after, request, SILENT))).toEqual(seen);
          answers += seen.said.outcome === "passed" ? 0 : 1;
        }
      }),
      { numRuns: RUNS },
    );
    expect(answers).toBeGreaterThan(RUNS);
  });

  type Shuffle = <T>(list: readonly T[]) => readonly T[];

  /** Everything but the policies of a group, and without groups those of the document. */
  function shuffled(document: WrittenDocument, shuffle: Shuffle): WrittenDocument {
    const list = (given: StarOrList): StarOrList =>
      typeof given === "string" ? given : shuffle(given);
    const { applications, apiGroups } = document;
    const policies = document.policies.map((policy) => ({
      ...policy,
      ...(policy.allowOrigins === undefined ? {} : { allowOrigins: list(policy.allowOrigins) }),
      ...(policy.allowMethods === undefined ? {} : { allowMethods: list(policy.allowMethods) }),
      ...(policy.allowHeaders === undefined ? {} : { allowHeaders: list(policy.allowHeaders) }),
    }));
    return {
      ...document,
      policies: apiGroups === undefined ? policies : shuffle(policies),
      ...(applications === undefined ? {} : { applications: shuffle(applications) }),
      ...(apiGroups === undefined ? {} : { apiGroups: shuffle(apiGroups) }),
    };
  }

  /** Lists go out in the order in which they are written. */
  function unordered({ said, view }: Seen): Seen {
    const headers = view.headers.map(
      ([name, value]) => [name, value.split(", ").sort().join(", ")] as const,
    );
    return { said, view: { ...view, headers } };
  }
});
