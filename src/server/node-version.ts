import { err, ok, type Result } from "../cors/result.ts";

/** The first release that can lift nghttp2's limit on stream resets (`streamResetBurst`, `streamResetRate`). */
const LEAST: readonly [number, number] = [22, 10];

/** Says why this Node.js cannot serve Envoy; `version` as in `process.versions.node`. */
export function checkNodeVersion(version: string): Result<void, string> {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return ok(undefined);
  const least = LEAST.join(".");
  return err(
    `Node.js ${version} cannot lift the HTTP/2 limit on stream resets, which Envoy exceeds within a second; use ${least} or later`,
  );
}
