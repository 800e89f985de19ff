import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Both are in Debian's package `prometheus`. */
export type Program = "prometheus" | "promtool";

/** What `$PROMETHEUS` or `$PROMTOOL` names, else the one on the PATH; undefined, and said loudly, where there is none. */
export function findProgram(name: Program): string | undefined {
  const { PATH: path = "" } = process.env;
  const named = process.env[name.toUpperCase()] ?? "";
  const onPath = path.split(delimiter).map((folder) => join(folder, name));
  const found = (named === "" ? onPath : [named]).find(runs);
  if (found === undefined) {
    process.stderr.write(
      `\n*** skipped: no ${name} (set ${name.toUpperCase()}, or put it on the PATH; Debian has it in \`prometheus\`)\n\n`,
    );
  }
  return found;
}

function runs(candidate: string): boolean {
  try {
    accessSync(candidate, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
