// How services and frameworks read the path of a request: the reading that lets most in decides whether a
// request reaches what is private. None of this is how corsd reads.

export type PathReader =
  | "literal"
  | "decoding, then resolving"
  | "parameters off, then decoding"
  | "decoding, backslashes, parameters off"
  | "resolving, then decoding"
  | "decoding twice"
  | "any case";

const READERS: Readonly<Record<PathReader, (path: string) => string>> = {
  literal: (path) => path,
  // nginx and most libraries.
  "decoding, then resolving": (path) => resolve(decoded(path)),
  // Servlet containers (Servlet 6.0, section 3.5.2, without its rejections).
  "parameters off, then decoding": (path) => resolve(decoded(withoutParameters(path))),
  // What stands on Windows.
  "decoding, backslashes, parameters off": (path) =>
    resolve(withoutParameters(decoded(path).replaceAll("\\", "/"))),
  // A proxy that resolves in front of a service that decodes.
  "resolving, then decoding": (path) => decoded(resolve(path)),
  "decoding twice": (path) => resolve(decoded(decoded(path))),
  "any case": (path) => path.toLowerCase(),
};

/** Readers for whom it would, among those named in what {@link leak} wrote. */
export function readersIn(leak: string): readonly string[] {
  return leak.slice(leak.indexOf(": ") + 2).split("; ");
}

/** A target and its readers in one line. */
export function leak(target: string, readers: readonly PathReader[]): string {
  return `${target}: ${readers.join("; ")}`;
}

/** Those who would take the request target for one below `/private`. */
export function readersOfPrivate(target: string): readonly PathReader[] {
  const path = target.replace(/^[a-z]+:\/\/[^/?#]*/i, "").replace(/[?#].*$/s, "");
  return (Object.keys(READERS) as PathReader[]).filter((name) =>
    /^\/private(?:\/|$)/.test(READERS[name](path)),
  );
}

function decoded(path: string): string {
  return path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function withoutParameters(path: string): string {
  return path.replace(/;[^/]*/g, "");
}

function resolve(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "." && segment !== "") kept.push(segment);
  }
  return `/${kept.join("/")}`;
}
