import { type FSWatcher, watch } from "node:fs";
import { basename } from "node:path";
import { type Trail, trailOf } from "./trail.ts";

// Our own watcher over node:fs rather than chokidar. What is wanted here is only the hint "look again": contents are
// compared by digest afterwards, so nothing has to be said about what happened to which file. chokidar's work is
// exactly that (stat trees, add/change/unlink events, guesses about atomic writes), and it does not follow the two
// links of a Kubernetes ConfigMap to the rename that matters. What is left without it is this page.

export type Watcher = {
  /** Watches what the paths stand for now. Any change after it resolves pokes; look at the contents after it. */
  readonly rearm: () => Promise<void>;
  readonly close: () => void;
};

/** Opens the watch on one file or folder; the name is undefined where the system gives none. */
export type OpenWatch = (path: string, onEvent: (name: string | undefined) => void) => Closable;

export type Closable = { readonly close: () => void };

/** Passes before a trail that keeps changing under our feet is left to the next look. */
const MAX_PASSES = 3;

/** Calls `poke` whenever one of the paths may have changed; never throws, since a content check stands behind it. */
export function watchPaths(
  paths: readonly string[],
  poke: () => void,
  open: OpenWatch = openWatch,
): Watcher {
  let watches: readonly Closable[] = [];
  let closed = false;
  const close = (): void => {
    closed = true;
    for (const each of watches) each.close();
    watches = [];
  };
  // Everything is closed and opened anew each time: a folder that was deleted and made again has the same path, and
  // often the same inode number, but a watch on the old one is deaf.
  const rearm = async (): Promise<void> => {
    let trail = await trailOf(paths);
    for (let pass = 0; pass < MAX_PASSES && !closed; pass += 1) {
      for (const each of watches) each.close();
      watches = [...trail].map(([path, names]) =>
        open(path, (name) => hear(path, names, name, poke)),
      );
      // What appeared between following the trail and opening the watches has sent no event.
      const now = await trailOf(paths);
      if (isSame(now, trail)) return;
      trail = now;
    }
  };
  return { rearm, close };
}

function hear(
  path: string,
  names: ReadonlySet<string> | undefined,
  name: string | undefined,
  poke: () => void,
): void {
  // inotify reports what happens to the folder itself under the folder's own name.
  const matters =
    names === undefined || name === undefined || names.has(name) || name === basename(path);
  if (matters) poke();
}

/** What a system refuses to watch (gone by now, out of inotify watches) is left to the content check. */
export function openWatch(path: string, onEvent: (name: string | undefined) => void): Closable {
  let watcher: FSWatcher;
  try {
    watcher = watch(path, { persistent: false }, (_, name) => onEvent(name ?? undefined));
  } catch {
    return { close: () => undefined };
  }
  watcher.on("error", () => watcher.close());
  return watcher;
}

function isSame(a: Trail, b: Trail): boolean {
  return (
    a.size === b.size &&
    [...a].every(([path, names]) => b.has(path) && isSameSet(names, b.get(path)))
  );
}

function isSameSet(
  a: ReadonlySet<string> | undefined,
  b: ReadonlySet<string> | undefined,
): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.size === b.size && [...a].every((name) => b.has(name));
}
