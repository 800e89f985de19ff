import { isAbsolute, relative, resolve, sep } from "node:path";

/**
 * A file as reports for a repository name it: relative to the folder that the program runs in, with `/`. What stands
 * outside of that folder keeps its absolute path.
 */
export function repositoryPath(file: string, folder: string): string {
  if (file === "") return "";
  const absolute = resolve(folder, file);
  const path = relative(folder, absolute);
  const isOutside = path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path);
  return isOutside ? absolute : path.replaceAll(sep, "/") || ".";
}
