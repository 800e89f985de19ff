import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { licensePage, unagreed } from "./license-table.ts";
import { lockedPackages } from "./packages.ts";

// npm run licenses: writes the page of licences, and fails where one was not agreed to.

const packages = await lockedPackages();
await writeFile(join(import.meta.dirname, "../docs/proof/licenses.md"), licensePage(packages));
const refused = unagreed(packages);
for (const line of refused) process.stderr.write(`not agreed to: ${line}\n`);
process.exitCode = refused.length === 0 ? 0 : 1;
