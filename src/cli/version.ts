import { readFileSync } from "node:fs";

/** This program's version, from its package.json: two folders up from both the source and the compiled file. */
export function programVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? "unknown";
}
