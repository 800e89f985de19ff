import { lowerAscii } from "../../cors/ascii.ts";
import { isAddress, isHost } from "../../cors/host.ts";
import { defaultPort, MAX_PORT } from "../../cors/origin.ts";
import type { HostPattern, OriginPattern, PortPattern } from "../../cors/origin-pattern.ts";
import type { Libraries } from "../libraries.ts";

// scheme "://" host [":" port], RFC 6454 section 7.1, with "*." or "*" in the host and "*" as a port. Only ASCII letters
// are put in lower case before: a Kelvin sign, for one, would become a "k".
const TUPLE =
  /^([a-z][a-z0-9+.-]*):\/\/(?:(\*)|(\*\.)?([a-z0-9_.-]+|\[[0-9a-f:.]+\]))(?::(\*|[1-9][0-9]{0,4}))?$/;

/** A pattern of scheme, host and port; undefined where the text is none. */
export function parseTuplePattern(text: string, libraries: Libraries): OriginPattern | undefined {
  const match = TUPLE.exec(lowerAscii(text));
  if (match === null) return undefined;
  const [, scheme = "", any, above, name = "", port] = match;
  // The origin of a file is opaque (HTML, "origin"): browsers send `null`, so the pattern could match nothing.
  if (scheme === "file" || Number(port) > MAX_PORT) return undefined;
  const host =
    any === undefined ? hostPattern(scheme, name, above !== undefined, libraries) : ANY_HOST;
  return host && { kind: "tuple", scheme, host, port: portPattern(scheme, port) };
}

const ANY_HOST: HostPattern = { kind: "any" };

function hostPattern(
  scheme: string,
  name: string,
  children: boolean,
  { serializeHost }: Libraries,
): HostPattern | undefined {
  if (!isHost(name)) return undefined;
  // For these schemes a browser sends the host as the URL standard serializes it; another form would match nothing.
  if (defaultPort(scheme) !== undefined && serializeHost(name) !== name) return undefined;
  if (!children) return { kind: "exact", name };
  return isAddress(name) ? undefined : { kind: "children", of: name };
}

function portPattern(scheme: string, port: string | undefined): PortPattern {
  if (port === undefined) return undefined;
  if (port === "*") return "any";
  const number = Number(port);
  return number === defaultPort(scheme) ? undefined : number;
}
