import { err, ok, type Result } from "../cors/result.ts";

/** The first release that the tests run on; `engines` of package.json says the same. */
const LEAST = 24;

/** Says why this Node.js will not do; `version` as in `process.versions.node`. */
export function checkNodeVersion(version: string): Result<void, string> {
  const major = Number(version.split(".")[0]);
  if (major >= LEAST) return ok(undefined);
  return err(`Node.js ${version} is too old; use ${LEAST} or later`);
}
