import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { buildAnew } from "../../supply/build-anew.ts";
import { licensePage, unagreed } from "../../supply/license-table.ts";
import { type LockedPackage, lockedPackages } from "../../supply/packages.ts";
import { treeDigest } from "../../supply/tree-digest.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");

test("every package is locked to its content", async () => {
  const packages = await lockedPackages();
  expect(packages.length).toBeGreaterThan(50);
  for (const { name, integrity } of packages) {
    expect(integrity, name).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
  }
});

test("no package comes from a repository, an archive or a folder", async () => {
  const elsewhere = (await lockedPackages()).filter(
    ({ resolved }) => resolved !== undefined && !/^https:\/\/[^/]+\/.*\.tgz$/.test(resolved),
  );
  expect(elsewhere).toEqual([]);
});

test("no install script runs, whoever installs", async () => {
  const { stdout } = await run("npm", ["config", "get", "ignore-scripts"], { cwd: ROOT });
  expect(stdout.trim()).toBe("true");
});

test("nothing that runs in production has an install script", async () => {
  const scripted = (await lockedPackages()).filter(({ hasInstallScript }) => hasInstallScript);
  // Says at installation that a newer version exists; nothing of it is needed.
  expect(scripted.map(({ name }) => name)).toEqual(["protobufjs"]);
  expect(scripted.filter(({ isRuntime }) => isRuntime)).toEqual([]);
});

test("what is asked for is asked for exactly", async () => {
  const manifest = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  const asked = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
  expect(
    asked.filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(String(version))),
  ).toEqual([]);
});

test("every licence is one that was agreed to", async () => {
  expect(unagreed(await lockedPackages())).toEqual([]);
});

const PACKAGE: LockedPackage = {
  name: "example",
  version: "1.0.0",
  license: "MIT",
  isRuntime: true,
  isOptional: false,
  integrity: undefined,
  resolved: undefined,
  hasInstallScript: false,
};

test.each([
  ["MIT", true],
  ["(MIT OR GPL-3.0-only)", true],
  ["GPL-3.0-only", false],
  ["MIT AND GPL-3.0-only", false],
  ["MPL-2.0", false],
  [undefined, false],
])("%s in production: agreed is %s", (license, agreed) => {
  expect(unagreed([{ ...PACKAGE, license }]).length).toBe(agreed ? 0 : 1);
});

test("a tool may be under MPL-2.0", () => {
  expect(unagreed([{ ...PACKAGE, license: "MPL-2.0", isRuntime: false }])).toEqual([]);
});

test("the page of licences is that of the lock file", async () => {
  const page = await readFile(join(ROOT, "docs/proof/licenses.md"), "utf8");
  expect(page, "run `npm run licenses`").toBe(licensePage(await lockedPackages()));
});

test("the bill of materials names what runs in production, with digests and licences", async () => {
  const { stdout } = await run("npm", ["run", "--silent", "sbom"], { cwd: ROOT });
  const bill = JSON.parse(stdout) as Bill;
  expect(bill.bomFormat).toBe("CycloneDX");
  const named = bill.components.map(({ name, version }) => `${name}@${version}`);
  const runtime = (await lockedPackages()).filter(
    ({ isRuntime, isOptional }) => isRuntime && !isOptional,
  );
  expect(named.sort()).toEqual(runtime.map(({ name, version }) => `${name}@${version}`).sort());
  for (const { name, hashes, licenses } of bill.components) {
    expect(
      hashes?.map(({ alg }) => alg),
      name,
    ).toEqual(["SHA-512"]);
    expect(licenses, name).toHaveLength(1);
  }
});

type Bill = {
  readonly bomFormat: string;
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly hashes?: readonly { readonly alg: string }[];
    readonly licenses?: readonly object[];
  }[];
};

test("actions are pinned to a commit, with the version beside it", async () => {
  const folder = join(ROOT, ".github/workflows");
  const used: string[] = [];
  for (const file of await readdir(folder)) {
    const text = await readFile(join(folder, file), "utf8");
    expect(parse(text), file).toHaveProperty("permissions");
    used.push(...text.split("\n").filter((line) => /^\s*(?:- )?uses:/.test(line)));
  }
  expect(used).not.toEqual([]);
  for (const line of used) expect(line).toMatch(/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test("two builds in different places give the same bytes", { timeout: 180_000 }, async () => {
  const here = await buildAnew("one", { TZ: "UTC", LANG: "C" });
  const there = await buildAnew("another folder", { TZ: "Pacific/Kiritimati" });
  expect(there).toBe(here);
});

test("the digest of a folder tells names and contents, not times", async () => {
  const folder = await mkdtemp(join(tmpdir(), "corsd-digest-"));
  try {
    const digests: string[] = [];
    const note = async () => digests.push(await treeDigest(folder, ".skipped"));
    await writeFile(join(folder, "a.js"), "one");
    await note();
    await utimes(join(folder, "a.js"), 1, 1);
    await writeFile(join(folder, "b.skipped"), "not counted");
    await note();
    await writeFile(join(folder, "a.js"), "two");
    await note();
    await rm(join(folder, "a.js"));
    await writeFile(join(folder, "c.js"), "one");
    await note();
    const [first, untouched, changed, renamed] = digests;
    expect(untouched).toBe(first);
    expect(new Set([first, changed, renamed]).size).toBe(3);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
