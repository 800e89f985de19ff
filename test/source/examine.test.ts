import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as compile from "../../src/policy/compile.ts";
import { type Attempt, examine, readContents } from "../../src/source/examine.ts";

vi.mock("../../src/policy/compile.ts", { spy: true });

const POLICY = "policies:\n  - name: web\n    allowOrigins: [https://app.example.com]\n";
const GROUP = "apiGroups:\n  - name: orders\n    match: [{path: /orders}]\n    policies: [web]\n";

describe("examine", () => {
  let folder = "";

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "corsd-examine-"));
  });

  afterEach(async () => {
    vi.restoreAllMocks();
    await rm(folder, { recursive: true, force: true });
  });

  /** Writes these files and reads these of them (all, if none is named). */
  async function attempt(
    files: Readonly<Record<string, string | Uint8Array>>,
    ...names: readonly string[]
  ): Promise<Attempt> {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const paths = names.length === 0 ? Object.keys(files) : names;
    return examine(await readContents(paths.map((name) => join(folder, name))));
  }

  function codes({ problems }: Attempt): readonly string[] {
    return problems.map(({ code }) => code);
  }

  test("a good document", async () => {
    const { revision, digest, problems, loaded } = await attempt({ "a.yaml": POLICY });
    expect(problems).toEqual([]);
    expect(revision).toMatch(/^[0-9a-f]{16}$/);
    expect(digest).toBe(revision);
    expect(loaded?.document.policies).toHaveLength(1);
  });

  test("several files are one document", async () => {
    const { problems, loaded } = await attempt({ "a.yaml": POLICY, "b.yaml": GROUP });
    expect(problems).toEqual([]);
    expect(loaded?.document.groups).toHaveLength(1);
  });

  test("equal names and contents have an equal revision, and only those", async () => {
    const first = await attempt({ "a.yaml": POLICY, "b.yaml": GROUP });
    const again = await attempt({ "a.yaml": POLICY, "b.yaml": GROUP });
    const swapped = await attempt({ "a.yaml": GROUP, "b.yaml": POLICY });
    const longer = await attempt({ "a.yaml": `${POLICY}\n`, "b.yaml": GROUP });
    const renamed = await attempt({ "a.yaml": POLICY, "c.yaml": GROUP });
    expect(again.revision).toBe(first.revision);
    const revisions = [first, swapped, longer, renamed].map(({ revision }) => revision);
    expect(new Set(revisions).size).toBe(4);
  });

  test("problems of several files stand in one report", async () => {
    const found = await attempt({ "a.yaml": "policies: 7\n", "b.yaml": "nothing: true\n" });
    expect(found.loaded).toBeUndefined();
    expect(found.revision).toBeDefined();
    expect(new Set(found.problems.map(({ file }) => file)).size).toBe(2);
  });

  test("a file that is missing is the only thing said of it", async () => {
    const found = await attempt({}, "a.yaml");
    expect(codes(found)).toEqual(["path-missing"]);
    expect(found).toMatchObject({ revision: undefined, loaded: undefined });
  });

  test("what a missing file may hold is not missed in the others", async () => {
    const found = await attempt({ "b.yaml": GROUP }, "a.yaml", "b.yaml");
    expect(codes(found)).toEqual(["path-missing"]);
  });

  test("what a file with bad syntax may hold is not missed in the others", async () => {
    const found = await attempt({ "a.yaml": "policies: [\n", "b.yaml": GROUP });
    expect(codes(found)).toEqual(["yaml-syntax"]);
    expect(found.revision).toBeDefined();
  });

  test("what else is wrong with the others is said all the same", async () => {
    const both = `${GROUP}applications:\n  - name: a\n    origins: ["http://x.example.com/"]\n`;
    const found = await attempt({ "b.yaml": both }, "a.yaml", "b.yaml");
    expect(codes(found)).toEqual(["path-missing", "origin-invalid"]);
  });

  test("compiling is told whether these are all files", async () => {
    await attempt({ "a.yaml": POLICY });
    await attempt({ "b.yaml": GROUP }, "none.yaml", "b.yaml");
    await attempt({ "a.yaml": "policies: [\n", "b.yaml": GROUP });
    const complete = vi.mocked(compile.judgeDocument).mock.calls.map((call) => call[2]);
    expect(complete).toEqual([true, false, false]);
  });

  test("a large file is hashed in pieces, as if in one", async () => {
    const long = `${POLICY}# ${"x".repeat(2_000_000)}\n`;
    const first = await attempt({ "a.yaml": long });
    const again = await attempt({ "a.yaml": long });
    const other = await attempt({ "a.yaml": long.replace(/x\n$/, "y\n") });
    expect(again.revision).toBe(first.revision);
    expect(other.revision).not.toBe(first.revision);
  });

  test("files that cannot be read for different reasons have different digests", async () => {
    const missing = await attempt({}, "a.yaml");
    const other = await attempt({}, "b.yaml");
    const again = await attempt({}, "a.yaml");
    expect(missing.digest).toBe(again.digest);
    expect(missing.digest).not.toBe(other.digest);
  });

  test.each([
    { what: "an error", thrown: new Error("broken invariant") },
    { what: "anything else", thrown: "broken invariant" },
  ])("a bug of ours ($what) is a bad document", async ({ thrown }) => {
    vi.mocked(compile.judgeDocument).mockImplementation(() => {
      throw thrown;
    });
    const found = await attempt({ "a.yaml": POLICY });
    expect(found.loaded).toBeUndefined();
    expect(found.problems).toMatchObject([
      {
        file: join(folder, "a.yaml"),
        severity: "error",
        code: "internal-error",
        message: "corsd failed on this document: broken invariant",
      },
    ]);
  });
});
