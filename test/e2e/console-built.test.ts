import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Child, startChild, untilReady } from "../../envoy/child.ts";
import { ASSETS } from "../../src/console/assets.ts";

// What `npm run build` makes serves the console too: its files are no TypeScript, so the compiler does not copy them.

const ROOT = join(import.meta.dirname, "..", "..");

let folder: string;
let corsd: Child;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "corsd-built-"));
  for (const part of ["src", "package.json", "tsconfig.base.json"]) {
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  }
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  await promisify(execFile)("npm", ["run", "build"], { cwd: folder });
  await rm(join(folder, "src"), { recursive: true });
  const policy = join(ROOT, "envoy", "policies.yaml");
  const listeners = ["--listen", `unix:${join(folder, "s")}`, "--admin", "127.0.0.1:0"];
  const args = [join(folder, "dist", "main.js"), "serve", "--policy", policy, ...listeners];
  corsd = startChild(process.execPath, [...args, "--drain-delay", "0"], { cwd: folder });
  await untilReady("corsd", corsd, async () => corsd.output().includes('"serving"'));
});

afterAll(async () => {
  await corsd?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("the built program has the page and all its files", async () => {
  const [, admin] = /"admin":"([^"]+)"/.exec(corsd.output()) ?? [];
  const page = await fetch(`http://${admin}/`, { headers: { accept: "text/html" } });
  expect(await page.text()).toContain("console/app.js");
  const answers = await Promise.all(
    ASSETS.map(({ name }) => fetch(`http://${admin}/console/${name}`)),
  );
  expect(answers.map(({ status }) => status)).toEqual(ASSETS.map(() => 200));
});
