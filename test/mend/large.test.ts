import { expect, test } from "vitest";
import type { AdmittedOrigin } from "../../src/cors/origin-pattern.ts";
import { mend } from "../../src/mend/mend.ts";
import type { ResolvedDocument } from "../../src/policy/resolve-document.ts";
import { libraries } from "../../src/source/libraries.ts";
import { preflight } from "../cors/sample.ts";
import { compileObject } from "../policy/compile-object.ts";

// The admin listener asks on the process that answers Envoy, so a long list must not be indexed or copied for a mend.

const COUNT = 10_000;

/** The document with a list of origins that says how often one was read. */
function watched(document: ResolvedDocument): {
  document: ResolvedDocument<unknown>;
  reads: () => number;
} {
  let reads = 0;
  const watch = (origins: readonly AdmittedOrigin[]): readonly AdmittedOrigin[] =>
    new Proxy(origins, {
      get(list, key, receiver) {
        if (typeof key === "string" && /^[0-9]+$/.test(key)) reads += 1;
        return Reflect.get(list, key, receiver);
      },
    });
  const groups = document.groups.map((group) => ({
    ...group,
    members: group.members.map((member) => {
      const { access } = member.policy;
      const origins = access.kind === "anyone" ? [] : watch(access.origins);
      return {
        ...member,
        policy: { ...member.policy, access: { kind: "listed" as const, origins } },
      };
    }),
  }));
  return { document: { ...document, groups }, reads: () => reads };
}

test("each origin of a long list is read once", () => {
  const allowOrigins = Array.from({ length: COUNT }, (_, at) => `https://a${at}.example.com`);
  const policies = [{ name: "web", allowOrigins, allowMethods: ["GET"] }];
  const { resolved, snapshot } = compileObject({ policies });
  if (snapshot === undefined) throw new Error("it has errors");
  const { document, reads } = watched(resolved);
  const asked = preflight("PUT", "x-a", { origin: "https://new.example.com" });
  const found = mend({ document, snapshot, libraries }, [asked]);
  expect(found).toMatchObject({ kind: "change", changes: { length: 3 } });
  // A few more for the end of the list, which the snippet shows.
  expect(reads()).toBeGreaterThanOrEqual(COUNT);
  expect(reads()).toBeLessThan(COUNT + 100);
});
