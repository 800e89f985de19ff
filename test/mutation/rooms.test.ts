import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOMS, SHORT } from "../../mutation/rooms.ts";
import vitestConfig from "../../vitest.config.ts";

const ROOT = join(import.meta.dirname, "../..");

test("every room that must have all its branches covered is mutated", () => {
  const thresholds = vitestConfig.test?.coverage?.thresholds ?? {};
  const covered = Object.keys(thresholds).map((files) => files.replace(/^src\/(.*)\/\*\*$/, "$1"));
  expect(covered.length).toBeGreaterThan(10);
  expect(ROOMS.map(({ name }) => name).toSorted()).toEqual(covered.toSorted());
});

test.each([...ROOMS, SHORT])("$name names files that are there", async ({ mutates, tests }) => {
  for (const pattern of [...mutates, ...tests].map((each) => each.replace(/^!/, ""))) {
    const found = await glob(pattern, { cwd: ROOT }).next();
    expect(found.done, pattern).toBe(false);
  }
});

test("the tests mutate the short room each time", async () => {
  const { scripts } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  expect(scripts["mutation:short"]).toBe("node mutation/run.ts short");
  expect(scripts.test).toContain("npm run mutation:short");
});
