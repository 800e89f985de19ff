import { readdir, readlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

/**
 * What to watch for a path to be noticed when it changes: files and folders, each with the names in it that matter;
 * `undefined` stands for every name. A folder full of other people's files is therefore quiet.
 */
export type Trail = ReadonlyMap<string, ReadonlySet<string> | undefined>;

type OpenTrail = Map<string, Set<string> | undefined>;

/** Links followed for one path before it counts as a loop, as Linux counts them (path_resolution(7)). */
const MAX_LINKS = 40;

/**
 * Follows every symbolic link on the way to each path. A Kubernetes ConfigMap is a chain of two: `policies.yaml` to
 * `..data/policies.yaml`, and `..data` to a folder named after a date; the update is the rename of a new `..data`
 * over the old one, so the place of each link counts as much as the file at the end. Where the way breaks off, the
 * trail ends with the name that is missing in the last folder that exists.
 */
export async function trailOf(paths: readonly string[]): Promise<Trail> {
  const trail: OpenTrail = new Map();
  for (const path of paths) {
    const end = await follow(resolve(path), trail);
    if (end === undefined) continue;
    trail.set(end, undefined);
    for (const link of await linksIn(end)) await follow(link, trail);
  }
  return trail;
}

/** The real path at the end, or undefined where there is none. */
async function follow(path: string, trail: OpenTrail, links = 0): Promise<string | undefined> {
  const names = path.split("/").filter((name) => name !== "");
  let at = "/";
  for (const [index, name] of names.entries()) {
    const here = join(at, name);
    const target = await targetOf(here);
    if (target !== "plain") {
      note(trail, at, name);
      if (target === "missing" || links === MAX_LINKS) return undefined;
      return follow(resolve(at, target.link, ...names.slice(index + 1)), trail, links + 1);
    }
    at = here;
  }
  note(trail, dirname(at), basename(at));
  return at;
}

async function targetOf(path: string): Promise<{ readonly link: string } | "plain" | "missing"> {
  try {
    return { link: await readlink(path) };
  } catch (error) {
    // EINVAL is how readlink(2) says that something is there and is no link.
    return isCode(error, "EINVAL") ? "plain" : "missing";
  }
}

/** The symbolic links that stand directly in a folder, dot names aside; none if it is no folder. */
async function linksIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isSymbolicLink() && !entry.name.startsWith("."))
      .map((entry) => join(folder, entry.name));
  } catch {
    return [];
  }
}

function note(trail: OpenTrail, folder: string, name: string): void {
  const names = trail.get(folder);
  if (names !== undefined) names.add(name);
  else if (!trail.has(folder)) trail.set(folder, new Set([name]));
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
