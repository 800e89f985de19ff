import { err, ok, type Result } from "../../cors/result.ts";
import type { MatchFault } from "./match-host.ts";

// What a path prefix cannot hold: whatever a request's path is cut at or cleaned of before it is matched.
const SIGNS: readonly (MatchFault & { readonly sign: RegExp })[] = [
  {
    sign: /^[a-z][a-z0-9+.-]*:\/\//i,
    why: "it is a URL",
    fix: "write its host as `host` and its path as `path`",
  },
  { sign: /^(?!\/)/, why: "it does not begin with `/`", fix: "write it from the first `/` on" },
  {
    sign: /[^\x21-\x7e]/,
    why: "it has a character that no path has",
    fix: "percent-encode blanks and characters outside ASCII (in UTF-8)",
  },
  {
    sign: /[?#;\\]/,
    why: "a path ends before `?`, `#`, `;` and has no `\\`",
    fix: "write only what stands in front",
  },
  { sign: /\/\//, why: "it has an empty segment", fix: "write single slashes" },
  { sign: /\/\.\.?(?:\/|$)/, why: "it has a dot segment", fix: "write the path that it leads to" },
  {
    sign: /\/\*\*?(?:\/|$)/,
    why: "a path is a prefix already",
    fix: "write it up to the segment in front of `*`",
  },
  {
    sign: /%(?![0-9a-f]{2})/i,
    why: "it has a `%` without two hexadecimal digits",
    fix: "write `%` with two such digits; a path cannot hold `%` itself",
  },
  {
    sign: /%(?:2f|5c|3b|2e|25|3f|23)/i,
    why: "it has an escape of `/`, `\\`, `;`, `.`, `%`, `?` or `#`",
    fix: "write `.` as it is; the others cannot be matched",
  },
];

/** Reads the `path` of an entry of `match`: a prefix by whole segments, without its trailing slash. */
export function parsePathMatch(text: string): Result<string, MatchFault> {
  const fault = SIGNS.find(({ sign }) => sign.test(text));
  if (fault !== undefined) {
    const isFixed = SIGNS.every(({ sign }) => !sign.test(`/${text}`));
    return err({ why: fault.why, fix: isFixed ? `write \`/${text}\`` : fault.fix });
  }
  return ok(text.length > 1 && text.endsWith("/") ? text.slice(0, -1) : text);
}
