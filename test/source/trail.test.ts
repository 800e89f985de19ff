import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { trailOf } from "../../src/source/trail.ts";

describe("trailOf", () => {
  let root = "";

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), "corsd-trail-")));
  });

  afterEach(async () => {
    await rm(root, { recursive: true, force: true });
  });

  /** The trail with paths from the temporary folder; `*` stands for every name. */
  async function trail(
    ...paths: readonly string[]
  ): Promise<Record<string, readonly string[] | "*">> {
    const found = await trailOf(paths.map((path) => join(root, path)));
    return Object.fromEntries(
      [...found].map(([path, names]) => [
        relative(root, path),
        names === undefined ? "*" : [...names].sort(),
      ]),
    );
  }

  test("a file: its name in its folder, and the file itself", async () => {
    await writeFile(join(root, "a.yaml"), "");
    expect(await trail("a.yaml")).toEqual({ "": ["a.yaml"], "a.yaml": "*" });
  });

  test("two files of one folder", async () => {
    await writeFile(join(root, "a.yaml"), "");
    await writeFile(join(root, "b.yaml"), "");
    expect(await trail("a.yaml", "b.yaml")).toEqual({
      "": ["a.yaml", "b.yaml"],
      "a.yaml": "*",
      "b.yaml": "*",
    });
  });

  test("a folder: everything in it", async () => {
    await mkdir(join(root, "d"));
    await writeFile(join(root, "d", "a.yaml"), "");
    expect(await trail("d")).toEqual({ "": ["d"], d: "*" });
  });

  test("a folder and a file in it: everything in it still counts", async () => {
    await mkdir(join(root, "d"));
    await writeFile(join(root, "d", "a.yaml"), "");
    expect(await trail("d", "d/a.yaml")).toEqual({ "": ["d"], d: "*", "d/a.yaml": "*" });
  });

  test("a ConfigMap: both links and the file behind them", async () => {
    await mkdir(join(root, "..2026_01"));
    await writeFile(join(root, "..2026_01", "a.yaml"), "");
    await symlink("..2026_01", join(root, "..data"));
    await symlink("..data/a.yaml", join(root, "a.yaml"));
    expect(await trail("a.yaml")).toEqual({
      "": ["..data", "a.yaml"],
      "..2026_01": ["a.yaml"],
      "..2026_01/a.yaml": "*",
    });
  });

  test("a folder with links: where they lead", async () => {
    await mkdir(join(root, "d"));
    await mkdir(join(root, "elsewhere"));
    await writeFile(join(root, "elsewhere", "a.yaml"), "");
    await symlink(join(root, "elsewhere", "a.yaml"), join(root, "d", "a.yaml"));
    expect(await trail("d")).toEqual({ "": ["d"], d: "*", elsewhere: ["a.yaml"] });
  });

  test("what is missing: its name in the last folder that exists", async () => {
    expect(await trail("d/e/a.yaml")).toEqual({ "": ["d"] });
  });

  test("a link to nothing", async () => {
    await symlink("nothing/a.yaml", join(root, "a.yaml"));
    expect(await trail("a.yaml")).toEqual({ "": ["a.yaml", "nothing"] });
  });

  test("links in a circle end", async () => {
    await symlink("b.yaml", join(root, "a.yaml"));
    await symlink("a.yaml", join(root, "b.yaml"));
    expect(await trail("a.yaml")).toEqual({ "": ["a.yaml", "b.yaml"] });
  });
});
