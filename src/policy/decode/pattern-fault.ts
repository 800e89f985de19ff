import { isAddress, isHost } from "../../cors/host.ts";
import type { Libraries } from "../libraries.ts";
import type { ProblemCode } from "../problem-code.ts";
import { quote } from "../quote.ts";
import { parseTuplePattern } from "./tuple-pattern.ts";

/** Why a text is no origin pattern, and the way out, with the corrected text where there is one. */
export type PatternFault = {
  readonly code: ProblemCode;
  readonly message: string;
  readonly fix: string;
};

type Reason = { readonly why: string; readonly fix: string };

const FORM = "write `https://HOST`, with `:PORT` behind it where it has one";
const WILDCARDS =
  "write `https://*.DOMAIN` for every host below a domain, or an expression behind `~`";

type Sign = Reason & { readonly sign: RegExp };

// What cannot be corrected without knowing what was meant.
const HOPELESS: readonly Sign[] = [
  {
    sign: /^$/,
    why: "it is empty",
    fix: "write an origin, or `[]` in place of the list for nobody",
  },
  { sign: /^null$/i, why: "the opaque origin is in lower case", fix: 'write `"null"`' },
  {
    sign: /[\s,;]\s*[a-z][a-z0-9+.-]*:\/\//i,
    why: "it holds several origins",
    fix: "write each as an entry of its own",
  },
  {
    sign: /^file:/i,
    why: "the origin of a file is opaque",
    fix: 'serve the page over http, or write `"null"`',
  },
  {
    sign: /^[^:/]*\*[^:/]*:\/\//,
    why: "a scheme cannot be a pattern",
    fix: "write one entry for each scheme",
  },
];

// The first that fits, from the whole of the text to its parts.
const MENDABLE: readonly Sign[] = [
  { sign: /\s/, why: "it has a blank in it", fix: "write it without blanks" },
  { sign: /^(?![a-z][a-z0-9+.-]*:\/\/)/i, why: "it has no scheme", fix: FORM },
  { sign: /^[^/]*\/\/[^/?#\\]*@/, why: "an origin has no user name", fix: FORM },
  { sign: /^[^/]*\/\/[^/?#\\]*\/$/, why: "an origin does not end in a slash", fix: FORM },
  { sign: /\?/, why: "an origin has no query", fix: FORM },
  { sign: /#/, why: "an origin has no fragment", fix: FORM },
  { sign: /^[^/]*\/\/[^/\\]*[/\\]/, why: "an origin has no path", fix: FORM },
];

const PORT =
  /^(?:\*|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6(?:[0-4][0-9]{3}|5(?:[0-4][0-9]{2}|5(?:[0-2][0-9]|3[0-5]))))$/;

/** Says why a text is no origin pattern. The text has at most 512 characters and is none. */
export function diagnosePattern(text: string, libraries: Libraries): PatternFault {
  const hopeless = HOPELESS.find(({ sign }) => sign.test(text));
  if (hopeless !== undefined) return fault(text, hopeless.why, hopeless.fix);
  const { why, fix } = MENDABLE.find(({ sign }) => sign.test(text)) ?? partReason(text, libraries);
  const corrected = correct(text, libraries);
  return fault(text, why, corrected === undefined ? fix : `write \`${corrected}\``);
}

function fault(text: string, why: string, fix: string): PatternFault {
  return { code: "origin-invalid", message: `${quote(text)} is not an origin: ${why}`, fix };
}

/** What is wrong with a text of the form `scheme://host:port`. */
function partReason(text: string, libraries: Libraries): Reason {
  const { host, port } = partsOf(text);
  if (port !== undefined && !PORT.test(port)) {
    return { why: "its port is no number from 1 to 65535", fix: "write a port, `:*`, or none" };
  }
  if (host === "") return { why: "it has no host", fix: FORM };
  const name = host.startsWith("*.") ? host.slice(2) : host;
  if (name.includes("*")) {
    return { why: "`*` can stand only for whole labels in front", fix: WILDCARDS };
  }
  if (name !== host && isAddress(name)) {
    return { why: "no host stands below an IP address", fix: "write each address as an entry" };
  }
  return hostReason(name, libraries);
}

function hostReason(name: string, { serializeHost }: Libraries): Reason {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the bounds of ASCII
  if (/[^\x00-\x7f]/.test(name)) {
    return {
      why: "browsers send such a host in ASCII",
      fix: "write the host in punycode (`xn--…`)",
    };
  }
  if (isHost(name.toLowerCase()) && serializeHost(name) !== undefined) {
    return { why: "browsers write this host in another way", fix: "write it as browsers do" };
  }
  const fix = "write a host name, an IPv4 address, or an IPv6 address in brackets";
  return { why: "its host is none", fix };
}

/** The pattern that was probably meant, or undefined where that is no pattern either. */
function correct(text: string, libraries: Libraries): string | undefined {
  const url = withScheme(text.trim());
  const { scheme, host, port } = partsOf(url);
  const above = host.startsWith("*.") ? "*." : "";
  const name = host.slice(above.length);
  const end = port === undefined || port === "" ? "" : `:${port.replace(/^0+/, "")}`;
  const pattern = `${scheme}://${above}${libraries.serializeHost(name) ?? name}${end}`;
  return parseTuplePattern(pattern, libraries) && pattern;
}

/** A bare domain stands for its https origin; `https:` and `https:/` for `https://`. */
function withScheme(text: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  return text.replace(
    /^(?:(https?|wss?):)?\/*/i,
    (_, scheme: string | undefined) => `${scheme ?? "https"}://`,
  );
}

type Parts = { readonly scheme: string; readonly host: string; readonly port: string | undefined };

/** Scheme, host and port of a text of the form `scheme://[user@]host[:port][/…]`. */
function partsOf(url: string): Parts {
  const slashes = url.indexOf("://");
  const authority = url.slice(slashes + 3).replace(/[/?#\\].*$/s, "");
  const place = authority.slice(authority.lastIndexOf("@") + 1);
  const colon = place.indexOf(":", place.indexOf("]") + 1);
  const scheme = url.slice(0, slashes);
  if (colon < 0) return { scheme, host: place, port: undefined };
  return { scheme, host: place.slice(0, colon), port: place.slice(colon + 1) };
}
