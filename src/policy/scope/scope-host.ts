import { lowerAscii } from "../../cors/ascii.ts";
import { isHost } from "../../cors/host.ts";
import { memoized } from "../../cors/memo.ts";

// A port may be empty (RFC 3986 section 3.2.3); which one it is does not matter here.
const PORT = /:[0-9]*$/;

/**
 * The host of an authority: in lower case, without port and without one trailing dot, IPv6 in brackets. Undefined where
 * there is none or where it is malformed: user info, blanks, empty labels.
 */
export function hostOf(authority: string | undefined): string | undefined {
  return authority === undefined ? undefined : parseHost(authority);
}

const parseHost = memoized((authority: string): string | undefined => {
  const lower = lowerAscii(authority);
  const named = lower.endsWith("]") ? lower : lower.replace(PORT, "");
  const host = named.endsWith(".") && !named.startsWith("[") ? named.slice(0, -1) : named;
  return isHost(host) && !host.endsWith(".") ? host : undefined;
});

/** The names above a host, nearest first: `b.c` and `c` for `a.b.c`. At most 126. */
export function parentsOf(host: string): readonly string[] {
  const parents: string[] = [];
  for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) {
    parents.push(host.slice(dot + 1));
  }
  return parents;
}
