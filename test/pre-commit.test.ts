import { execFile } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findProgram } from "./find-program.ts";

// The hooks of this repository, run by a real pre-commit in a repository of somebody else.

const ROOT = join(import.meta.dirname, "..");

const preCommit = findProgram("pre-commit");

describe.skipIf(preCommit === undefined)(".pre-commit-hooks.yaml", () => {
  let folder: string;
  let provider: string;
  let repository: string;
  let revision: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "corsd-hooks-"));
    provider = join(folder, "provider");
    repository = join(folder, "repository");
    const programs = join(folder, "bin");
    for (const each of [provider, repository, programs]) await mkdir(each);
    await cp(join(ROOT, ".pre-commit-hooks.yaml"), join(provider, ".pre-commit-hooks.yaml"));
    await git(provider, "init", "-q");
    await git(provider, "add", ".");
    await git(provider, "commit", "-qm", "hooks");
    revision = (await git(provider, "rev-parse", "HEAD")).output.trim();
    await git(repository, "init", "-q");
    await writeFile(
      join(programs, "corsd"),
      `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, "src", "main.ts")}' "$@"\n`,
    );
    await chmod(join(programs, "corsd"), 0o755);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  type Ran = { readonly code: number; readonly output: string };

  function run(cwd: string, program: string, ...args: readonly string[]): Promise<Ran> {
    const { PATH: path = "" } = process.env;
    const env = {
      ...process.env,
      PATH: `${join(folder, "bin")}${delimiter}${path}`,
      PRE_COMMIT_HOME: join(folder, "home"),
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_AUTHOR_NAME: "a",
      GIT_AUTHOR_EMAIL: "a@a.example",
      GIT_COMMITTER_NAME: "a",
      GIT_COMMITTER_EMAIL: "a@a.example",
    };
    return new Promise((ended) => {
      execFile(program, args, { cwd, env }, (error, stdout, stderr) => {
        ended({ code: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` });
      });
    });
  }

  const git = (cwd: string, ...args: readonly string[]): Promise<Ran> => run(cwd, "git", ...args);

  /** Stages these files, and what the hook then says. */
  async function hook(
    id: string,
    args: readonly string[],
    files: Readonly<Record<string, string>>,
  ): Promise<Ran> {
    const repos = [{ repo: provider, rev: revision, hooks: [{ id, args }] }];
    const all = { ...files, ".pre-commit-config.yaml": JSON.stringify({ repos }) };
    for (const [name, text] of Object.entries(all)) await writeFile(join(repository, name), text);
    await git(repository, "add", ".");
    return run(repository, preCommit ?? "", "run", id, "--verbose");
  }

  const GOOD = "policies:\n  - name: web\n    allowOrigins: [https://app.example.com]\n";

  test("corsd-check lets a good document pass", async () => {
    const ran = await hook("corsd-check", ["policies.yaml"], { "policies.yaml": GOOD });
    expect(ran.output).toContain("fine: 1 policy, 1 group");
    expect(ran.code).toBe(0);
  });

  test("corsd-check stops a bad one, and says why", async () => {
    const bad = GOOD.replace(".com]", ".com/]");
    const ran = await hook("corsd-check", ["policies.yaml"], { "policies.yaml": bad });
    expect(ran.output).toContain("policies.yaml:3:20 /policies/0/allowOrigins/0");
    expect(ran.code).toBe(1);
  });

  test("corsd-test runs the tests that are named", async () => {
    const tests =
      "policy: policies.yaml\ntests:\n  - {name: a, request: {url: /}, expect: {kind: actual}}\n";
    const files = { "policies.yaml": GOOD, "p.tests.yaml": tests };
    const ran = await hook("corsd-test", ["p.tests.yaml"], files);
    expect(ran.output).toContain("1 test, 1 failed");
    expect(ran.code).toBe(1);
  });
});
