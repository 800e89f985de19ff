import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RUNS, requests, SILENT } from "./every-answer.ts";
import { writtenDocument } from "./generate/documents.ts";
import type { WrittenDocument } from "./model/written.ts";
import { ask, type Seen, snapshotOf } from "./product.ts";

describe("removing an origin", () => {
  const index = fc.nat({ max: 10_000 });

  test("admits nobody who was not admitted before", () => {
    compareWithLess(({ before, after }) => {
      expect(isAdmitted(before) || !isAdmitted(after)).toBe(true);
    }, writtenDocument);
  });

  test("grants nothing that was not granted before, where one policy stands alone", () => {
    const alone = writtenDocument.map((document) => {
      const [policy] = document.policies;
      const apiGroups = document.apiGroups?.map((each) => ({
        ...each,
        policies: [policy?.name ?? ""],
      }));
      const policies = document.policies.slice(0, 1);
      return { ...document, policies, ...(apiGroups === undefined ? {} : { apiGroups }) };
    });
    compareWithLess(({ before, after }) => {
      expect(before.outcome === after.outcome || after.outcome !== "granted").toBe(true);
    }, alone);
  });

  type Both = { readonly before: Seen["said"]; readonly after: Seen["said"] };

  function compareWithLess(check: (both: Both) => void, documents: typeof writtenDocument): void {
    let changed = 0;
    fc.assert(
      fc.property(documents, index, requests, (document, at, asked) => {
        const less = withoutOrigin(document, at);
        const [whole, rest] = [snapshotOf(document, "json"), snapshotOf(less, "json")];
        for (const request of asked) {
          const before = ask(whole, request, SILENT).said;
          const after = ask(rest, request, SILENT).said;
          changed += before.outcome === after.outcome ? 0 : 1;
          check({ before, after });
        }
      }),
      { numRuns: RUNS },
    );
    expect(changed).toBeGreaterThan(RUNS / 10);
  }

  function isAdmitted({ reason, outcome }: Seen["said"]): boolean {
    const isRefused = reason === "origin-not-allowed" || reason === "origin-malformed";
    return outcome !== "passed" && !isRefused;
  }

  /** One entry of one list less. */
  function withoutOrigin(document: WrittenDocument, at: number): WrittenDocument {
    const { policies } = document;
    const place = at % policies.length;
    const changed = policies.map((policy, index) => {
      const { allowOrigins } = policy;
      const isMeant = index === place && typeof allowOrigins === "object";
      return isMeant
        ? { ...policy, allowOrigins: allowOrigins.toSpliced(at % allowOrigins.length, 1) }
        : policy;
    });
    return { ...document, policies: changed };
  }
});
