import { lowerAscii } from "../../cors/ascii.ts";
import { isAddress, isHost } from "../../cors/host.ts";
import { err, ok, type Result } from "../../cors/result.ts";
import type { HostMatch } from "../document.ts";
import type { Libraries } from "../libraries.ts";

/** Why a text is no host, or no path, to match: `why` completes "… is not …:". */
export type MatchFault = { readonly why: string; readonly fix: string };

const FORM = "write a name such as `api.example.com` or `*.example.com`";

const SIGNS: readonly (MatchFault & { readonly sign: RegExp })[] = [
  { sign: /^$/, why: "it is empty", fix: "write a host, or leave `host` out for any" },
  { sign: /^\*$/, why: "`*` is every host", fix: "leave `host` out for any" },
  { sign: /:\/\//, why: "a host has no scheme", fix: FORM },
  { sign: /[/?#\\]/, why: "a host has no path", fix: FORM },
  { sign: /^[^:]*:[0-9*]*$|\]:/, why: "it has a port", fix: FORM },
  { sign: /\.$/, why: "it ends in a dot", fix: FORM },
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the bounds of ASCII
  { sign: /[^\x00-\x7f]/, why: "it is not in ASCII", fix: "write it in punycode (`xn--…`)" },
  { sign: /^\*\.[0-9.]+$|^\*\.\[/, why: "no host stands below an IP address", fix: FORM },
];

const NONE: MatchFault = {
  why: "it is no name, no IPv4 address and no IPv6 address in brackets",
  fix: FORM,
};

/** Reads the `host` of an entry of `match`: exact, or `*.` and the name above. */
export function parseHostMatch(text: string, libraries: Libraries): Result<HostMatch, MatchFault> {
  const host = hostMatch(text);
  if (host !== undefined) return ok(host);
  const { why, fix } = SIGNS.find(({ sign }) => sign.test(text)) ?? NONE;
  const corrected = correct(text, libraries);
  return err({ why, fix: corrected === undefined ? fix : `write \`${corrected}\`` });
}

function hostMatch(text: string): HostMatch | undefined {
  const lower = lowerAscii(text);
  if (lower.endsWith(".")) return undefined;
  if (!lower.startsWith("*.")) return isHost(lower) ? { kind: "exact", name: lower } : undefined;
  const name = lower.slice(2);
  return isHost(name) && !isAddress(name) ? { kind: "children", of: name } : undefined;
}

/** The host that was probably meant: of a URL, without port and trailing dot, in punycode. */
function correct(text: string, { serializeHost }: Libraries): string | undefined {
  const host = text
    .trim()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, "")
    .replace(/[/?#\\].*$/s, "")
    .replace(/:[0-9*]*$/, "")
    .replace(/\.$/, "");
  const above = host.startsWith("*.") ? "*." : "";
  const name = host.slice(above.length);
  const corrected = above + (serializeHost(name) ?? name);
  return hostMatch(corrected) && corrected;
}
