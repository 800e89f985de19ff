import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The program that a variable such as `$PRE_COMMIT` names, else the one on the PATH; undefined, and said loudly, where there is none. */
export function findProgram(name: string, hint = ""): string | undefined {
  const variable = name.toUpperCase().replaceAll("-", "_");
  const { [variable]: named = "", PATH: path = "" } = process.env;
  const onPath = path.split(delimiter).map((folder) => join(folder, name));
  const found = (named === "" ? onPath : [named]).find(runs);
  if (found === undefined) {
    process.stderr.write(
      `\n*** skipped: no ${name} (set ${variable}, or put it on the PATH${hint})\n\n`,
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
