import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { treeDigest } from "./tree-digest.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "..");

/** What `npm run build` reads besides the packages. */
const INPUTS = ["src", "package.json", "package-lock.json", "tsconfig.base.json"];

/** The compiler's notes on what it has compiled: they are no part of what is delivered. */
const NOTES = ".tsbuildinfo";

/**
 * Builds `dist` from a copy of the sources in a new folder whose name ends in `name`, under this environment, and
 * returns its digest. Rejects where the build fails.
 */
export async function buildAnew(name: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const base = await mkdtemp(join(tmpdir(), "corsd-build-"));
  try {
    const copy = join(base, name);
    await mkdir(copy);
    for (const input of INPUTS) {
      await cp(join(ROOT, input), join(copy, input), { recursive: true });
    }
    await symlink(join(ROOT, "node_modules"), join(copy, "node_modules"));
    await run("npm", ["run", "build"], { cwd: copy, env: { ...process.env, ...environment } });
    return await treeDigest(join(copy, "dist"), NOTES);
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}
