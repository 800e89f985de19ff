import { mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseFiles, readFiles } from "../../src/source/load.ts";
import { MAX_DOCUMENT_BYTES } from "../../src/source/parse.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "corsd-load-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function write(name: string, text = "a: 1"): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function namesOf(...paths: readonly string[]): Promise<readonly string[]> {
  const { files, problems } = await readFiles(paths);
  expect(problems).toEqual([]);
  return files.map(({ file }) => file.slice(folder.length + 1));
}

async function codesOf(...paths: readonly string[]): Promise<readonly string[]> {
  const { problems } = await readFiles(paths);
  return problems.map(({ code, file }) => `${code} ${file.slice(folder.length + 1)}`);
}

describe("which files are read", () => {
  test("one file, whatever its name", async () => {
    expect(await namesOf(await write(".policy"))).toEqual([".policy"]);
  });

  test("of a folder the policy files, in name order, but no dot files and no folders", async () => {
    for (const name of [
      "b.yml",
      "a.json",
      "c.yaml",
      "B.yaml",
      ".d.yaml",
      "e.txt",
      "yaml",
      "f.yaml~",
    ]) {
      await write(name);
    }
    await mkdir(join(folder, "g.yaml"));
    await writeFile(join(folder, "g.yaml", "h.yaml"), "a: 1");
    expect(await namesOf(folder)).toEqual(["B.yaml", "a.json", "b.yml", "c.yaml"]);
  });

  test("several paths, in the order given", async () => {
    const last = await write("a.yaml");
    await mkdir(join(folder, "first"));
    await write("first/z.yaml");
    expect(await namesOf(join(folder, "first"), last)).toEqual(["first/z.yaml", "a.yaml"]);
  });

  test("of a Kubernetes ConfigMap each file once", async () => {
    await mkdir(join(folder, "..2026_01_01"));
    await write("..2026_01_01/policies.yaml");
    await symlink("..2026_01_01", join(folder, "..data_tmp"));
    await rename(join(folder, "..data_tmp"), join(folder, "..data"));
    await symlink("..data/policies.yaml", join(folder, "policies.yaml"));
    expect(await namesOf(folder)).toEqual(["policies.yaml"]);
  });
});

describe("what cannot be read is a problem", () => {
  test("no path at all", async () => {
    expect(await codesOf()).toEqual(["path-missing "]);
  });

  test("a path with nothing there", async () => {
    const file = await write("a.yaml");
    const paths = [join(folder, "none.yaml"), join(file, "below"), "", file];
    const { files, problems } = await readFiles(paths);
    expect(problems.map(({ code }) => code)).toEqual([
      "path-missing",
      "path-missing",
      "path-missing",
    ]);
    expect(problems[0]).toEqual({
      file: paths[0],
      line: 1,
      column: 1,
      pointer: "",
      severity: "error",
      code: "path-missing",
      value: paths[0],
      message: `there is nothing at \`${paths[0]}\``,
      fix: "correct the path, or put a file there",
    });
    expect(files).toHaveLength(1);
  });

  test("a folder without a policy file", async () => {
    await write("README.md");
    await write(".hidden.yaml");
    expect(await codesOf(folder)).toEqual(["path-empty "]);
  });

  test("a link to nothing and a link to itself", async () => {
    await symlink("nowhere", join(folder, "a.yaml"));
    await symlink("b.yaml", join(folder, "b.yaml"));
    expect(await codesOf(folder)).toEqual(["path-missing a.yaml", "path-unreadable b.yaml"]);
  });

  test("a device, which would never end", async () => {
    const { files, problems } = await readFiles(["/dev/zero"]);
    expect(files).toEqual([]);
    expect(problems).toMatchObject([{ code: "path-unreadable", file: "/dev/zero" }]);
  });

  test("a path that no system takes", async () => {
    expect(await codesOf(`${folder}/a\0b`)).toEqual(["path-unreadable a\0b"]);
  });

  test("more than the limit in all files together", async () => {
    const half = MAX_DOCUMENT_BYTES / 2;
    for (const name of ["a.yaml", "b.yaml", "c.yaml"]) await truncate(await write(name), half);
    expect(await codesOf(join(folder, "a.yaml"), join(folder, "b.yaml"))).toEqual([]);
    expect(await codesOf(folder)).toEqual(["document-too-large c.yaml"]);
    await truncate(join(folder, "a.yaml"), MAX_DOCUMENT_BYTES + 1);
    expect(await codesOf(join(folder, "a.yaml"))).toEqual(["document-too-large a.yaml"]);
  });
});

describe("files that are read are parsed", () => {
  test("all of them", async () => {
    await write("a.yaml", "a: 1");
    await write("b.yaml", "b: 1");
    const { files, complete, problems } = parseFiles(await readFiles([folder]));
    expect(files.map(({ root }) => root.kind)).toEqual(["map", "map"]);
    expect({ complete, problems }).toEqual({ complete: true, problems: [] });
  });

  test("with the aliases of all held to one limit", async () => {
    // 5 MiB each as it counts, of a file of a few kilobytes: one is taken, and with it not a second.
    const text = `a: &a ${"\u00e9".repeat(2048)}\nb: [${"*a, ".repeat(1280)}*a]\n`;
    const names = Array.from({ length: 20 }, (_, n) => `${String(n).padStart(2, "0")}.yaml`);
    for (const name of names) await write(name, text);
    const { files, complete, problems } = parseFiles(await readFiles([folder]));
    expect(files).toHaveLength(1);
    expect(complete).toBe(false);
    expect(problems).toHaveLength(19);
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(["document-too-large"]));
  });

  test("as far as they can be, and it is said that some are not there", async () => {
    await write("a.yaml", "a: [");
    const paths = [join(folder, "a.yaml"), await write("b.yaml")];
    const { files, complete, problems } = parseFiles(await readFiles(paths));
    expect(files).toHaveLength(1);
    expect(complete).toBe(false);
    expect(problems).toMatchObject([{ code: "yaml-syntax", file: paths[0] }]);
    const missing = parseFiles(await readFiles([join(folder, "none"), join(folder, "b.yaml")]));
    expect(missing).toMatchObject({ complete: false, problems: [{ code: "path-missing" }] });
  });
});
