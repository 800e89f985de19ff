import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { startChild } from "../../envoy/child.ts";

/** `$PROMTOOL`, else a promtool on the PATH; undefined, and said loudly, where there is none. */
export function findPromtool(): string | undefined {
  const { PROMTOOL: named = "", PATH: path = "" } = process.env;
  const onPath = path.split(delimiter).map((folder) => join(folder, "promtool"));
  const found = (named === "" ? onPath : [named]).find(runs);
  if (found === undefined) {
    process.stderr.write(
      "\n*** skipped: no promtool (set PROMTOOL, or put it on the PATH; Debian has it in `prometheus`)\n\n",
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

export type Verdict = { readonly end: string; readonly output: string };

export async function promtool(path: string, ...args: readonly string[]): Promise<Verdict> {
  const child = startChild(path, args);
  const end = await child.ended;
  return { end, output: child.output() };
}
