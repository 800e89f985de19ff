import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Site } from "./build-site.ts";

/** Replaces a folder that an earlier run made. */
export async function writeSite(site: Site, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const [path, content] of site) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
