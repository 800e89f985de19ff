import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { answerPolicy } from "../../src/server/policy-answer.ts";
import { openSource } from "../../src/source/source.ts";

const DOCUMENT = `
policies:
  - { name: shop, tags: [web, public], allowOrigins: ["https://shop.example"] }
  - { name: back, tags: [office], allowOrigins: ["https://back.example"] }
  - { name: plain, allowOrigins: ["~https://[a-z]+\\\\.example"] }
applications:
  - { name: everywhere, origins: ["https://all.example"] }
  - { name: orders-only, origins: ["https://orders.example"], apiGroups: [orders] }
  - { name: staff-only, origins: ["https://staff.example"], apiGroups: [staff] }
apiGroups:
  - { name: orders, match: [{ path: /orders }], policies: [plain, shop] }
  - { name: staff, match: [{ path: /staff }], policies: [back] }
  - { name: open, match: [{ path: /open }], policies: [plain] }
`;

type Named = { readonly name: string };

/** The names of what is shown, by kind. */
async function shown(tag: string | undefined) {
  const folder = await mkdtemp(join(tmpdir(), "corsd-answer-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "a.yaml");
  await writeFile(file, DOCUMENT);
  const source = await openSource([file]);
  const answer = JSON.parse(await answerPolicy(source, { tag, limit: undefined }));
  const names = (list: readonly Named[]) => list.map(({ name }) => name);
  return {
    answer,
    revision: source.current().revision,
    groups: names(answer.apiGroups),
    policies: names(answer.policies),
    applications: names(answer.applications),
  };
}

test("everything, in the order of the document", async () => {
  const { answer, revision, groups, policies, applications } = await shown(undefined);
  expect(Object.keys(answer)).toEqual([
    "revision",
    "loadedAt",
    "stale",
    "problems",
    "apiGroups",
    "policies",
    "applications",
  ]);
  expect(answer.revision).toBe(revision);
  expect(answer.apiGroups[0]).toMatchObject({ policies: ["plain", "shop"] });
  expect(answer.policies[2].allowOrigins).toEqual(["~https://[a-z]+\\.example"]);
  expect({ groups, policies, applications }).toEqual({
    groups: ["orders", "staff", "open"],
    policies: ["shop", "back", "plain"],
    applications: ["everywhere", "orders-only", "staff-only"],
  });
});

test.each([
  ["public", ["orders"], ["shop"], ["everywhere", "orders-only"]],
  ["office", ["staff"], ["back"], ["everywhere", "staff-only"]],
  ["none", [], [], []],
])("what has the tag %s, where it is, and who else is admitted there", async (tag, ...expected) => {
  const { groups, policies, applications } = await shown(tag);
  expect([groups, policies, applications]).toEqual(expected);
});
