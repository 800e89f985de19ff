import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/**
 * SHA-256 of a folder: of each file's own digest and path, in the order of the paths, as `sha256sum` would print them.
 * Times, owners and modes do not count. Files whose name ends in `except` are left out.
 */
export async function treeDigest(folder: string, except: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !entry.name.endsWith(except))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
  const whole = createHash("sha256");
  for (const file of files) {
    const digest = createHash("sha256").update(await readFile(join(folder, file)));
    whole.update(`${digest.digest("hex")}  ${file}\n`);
  }
  return whole.digest("hex");
}
