import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { REFERENCE_PAGES } from "./reference-pages.ts";

// `npm run docs:reference`: writes the pages that are made of the program's own tables.

const root = join(import.meta.dirname, "..", "..");
for (const [path, page] of Object.entries(REFERENCE_PAGES)) {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), page());
  process.stdout.write(`${path}\n`);
}
