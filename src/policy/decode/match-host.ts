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
  const host = hostMatch(text, libraries);
  if (host !== undefined) return ok(host);
  const { why, fix } = SIGNS.find(({ sign }) => sign.test(text)) ?? partFault(text, libraries);
  const corrected = correct(text, libraries);
  return err({ why, fix: corrected === undefined ? fix : `write \`${corrected}\`` });
}

/** Hosts are compared as clients send them, so only what the URL standard serializes to itself can match. */
function hostMatch(text: string, { serializeHost }: Libraries): HostMatch | undefined {
  const { above, name } = partsOf(lowerAscii(text));
  if (name.endsWith(".") || !isHost(name) || serializeHost(name) !== name) return undefined;
  if (above === "") return { kind: "exact", name };
  return isAddress(name) ? undefined : { kind: "children", of: name };
}

function partsOf(text: string): { readonly above: string; readonly name: string } {
  const above = text.startsWith("*.") ? "*." : "";
  return { above, name: text.slice(above.length) };
}

/** A host that is one, but not in the form in which it is sent; or none. */
function partFault(text: string, { serializeHost }: Libraries): MatchFault {
  const { above, name } = partsOf(lowerAscii(text));
  const isSent = above === "" && isHost(name) && serializeHost(name) !== undefined;
  return isSent ? { why: "clients write this host in another way", fix: FORM } : NONE;
}

/** The host that was probably meant: of a URL, without port and trailing dot, in punycode. */
function correct(text: string, libraries: Libraries): string | undefined {
  const host = text
    .trim()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, "")
    .replace(/[/?#\\].*$/s, "")
    .replace(/:[0-9*]*$/, "")
    .replace(/\.$/, "");
  const { above, name } = partsOf(host);
  const corrected = above + (libraries.serializeHost(name) ?? name);
  return hostMatch(corrected, libraries) && corrected;
}
