import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerOrigins } from "../../src/server/origins-answer.ts";
import { answerPolicy } from "../../src/server/policy-answer.ts";
import { openSource, type Source } from "../../src/source/source.ts";

let folder: string;
let source: Source;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "corsd-origins-"));
  const file = join(folder, "a.yaml");
  const listed = Array.from({ length: 120 }, (_, at) => `https://o${at}.example`);
  const document = {
    policies: [{ name: "many", allowOrigins: listed }],
    applications: [
      { name: "app", origins: ["https://app.example:8443", "~https://[a-z]+.example"] },
    ],
  };
  await writeFile(file, JSON.stringify(document));
  source = await openSource([file]);
});

afterAll(() => rm(folder, { recursive: true }));

const ALL = { kind: "policy", name: "many", search: "", limit: 50 } as const;

test("the first of many", async () => {
  const found = await answerOrigins(source, ALL);
  expect(found).toMatchObject({ name: "many", total: 120, count: 120 });
  expect(found?.origins).toHaveLength(50);
  expect(found?.origins[1]).toBe("https://o1.example");
});

test.each([
  ["O11", 11, ["https://o11.example", "https://o110.example"]],
  ["o0.EXAMPLE", 1, ["https://o0.example"]],
  ["nobody", 0, []],
])("those that hold %j", async (search, count, origins) => {
  const found = await answerOrigins(source, { ...ALL, search, limit: 2 });
  expect(found).toEqual({ name: "many", total: 120, count, origins });
});

test("those of an application", async () => {
  const found = await answerOrigins(source, {
    ...ALL,
    kind: "application",
    name: "app",
    search: "8",
  });
  expect(found).toEqual({ name: "app", total: 2, count: 1, origins: ["https://app.example:8443"] });
});

test.each([
  ["policy", "app"],
  ["application", "many"],
] as const)("there is no %s %s", async (kind, name) => {
  expect(await answerOrigins(source, { ...ALL, kind, name })).toBeUndefined();
});

test("the policy in force is cut by a limit, and says how long its lists are", async () => {
  const answer = JSON.parse(await answerPolicy(source, { tag: undefined, limit: 3 }));
  expect(answer.problemCount).toBe(source.status().problems.length);
  expect(answer.policies[0]).toMatchObject({ originCount: 120 });
  expect(answer.policies[0].allowOrigins).toHaveLength(3);
  expect(answer.applications[0]).toMatchObject({ originCount: 2 });
  const whole = JSON.parse(await answerPolicy(source, { tag: undefined, limit: undefined }));
  expect(whole.policies[0].allowOrigins).toHaveLength(120);
  expect(whole).not.toHaveProperty("problemCount");
  expect(whole.policies[0]).not.toHaveProperty("originCount");
});
