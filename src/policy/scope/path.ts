/** The path of a request as it stood in the request line, without its query. */
export function receivedPath(target: string): string {
  const query = target.indexOf("?");
  return query < 0 ? target : target.slice(0, query);
}

// What makes a lenient service read another path than the one received: an escape, a backslash, a path parameter, an
// empty segment, a dot segment. The last alternative also takes `/.well-known`, which then merely decodes to itself.
const UNUSUAL = /[%\\;]|\/\/|\/\./;

/** True where the path begins with a slash and certainly decodes to itself. */
export function isPlain(path: string): boolean {
  return path.startsWith("/") && !UNUSUAL.test(path);
}

const ESCAPE = /%([0-9a-fA-F]{2})/g;

/**
 * The path as a lenient service may read it. The order matters: escapes are decoded once and first (bytes as Latin-1),
 * so that `%2f`, `%3b` and `%5c` act as the characters they stand for. A trailing slash is not kept. Linear in the
 * length of the path.
 */
export function decodePath(path: string): string {
  if (isPlain(path)) return path;
  const text = path
    .replace(ESCAPE, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    .replaceAll("\\", "/");
  const kept: string[] = [];
  for (const segment of text.split("/")) {
    const parameters = segment.indexOf(";");
    const name = parameters < 0 ? segment : segment.slice(0, parameters);
    if (name === "..") kept.pop();
    else if (name !== "" && name !== ".") kept.push(name);
  }
  return `/${kept.join("/")}`;
}

/** How much of a path has to be looked at: the longest configured prefix in characters, the deepest in slashes. */
export type PathBounds = { readonly length: number; readonly depth: number };

/** The bounds of some configured prefixes. */
export function boundsOf(prefixes: Iterable<string>): PathBounds {
  let length = 0;
  let depth = 0;
  for (const prefix of prefixes) {
    length = Math.max(length, prefix.length);
    depth = Math.max(depth, prefix.split("/").length - 1);
  }
  return { length, depth };
}

/**
 * The prefixes of a path by whole segments, longest first, ending with the empty one, which is a prefix of every path.
 * No more than the bounds' depth and one, however long the path.
 */
export function prefixesOf(path: string, bounds: PathBounds): readonly string[] {
  const prefixes = [""];
  if (!path.startsWith("/")) return prefixes;
  let start = 0;
  for (let depth = 1; depth <= bounds.depth && start < path.length; depth++) {
    const slash = path.indexOf("/", start + 1);
    const end = slash < 0 ? path.length : slash;
    if (end > bounds.length) break;
    prefixes.push(path.slice(0, end));
    start = end;
  }
  return prefixes.reverse();
}
