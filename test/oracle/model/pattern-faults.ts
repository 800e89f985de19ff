import { RE2JS } from "re2js";
import { isHost } from "./origin.ts";

const MAX_LENGTH = 512;
/** Schemes whose hosts the URL standard parses; see "special scheme" there. */
const PARSED = ["http", "https", "ws", "wss"];

/** What is wrong with one entry of a list of origins; undefined: nothing. */
export function faultOfPattern(text: string): string | undefined {
  if (text === "null") return undefined;
  const isExpression = text.startsWith("~");
  const written = isExpression ? text.slice(1) : text;
  if (written.length > MAX_LENGTH) return "a pattern that is too long";
  if (isExpression) return faultOfExpression(written);
  const parts =
    /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(\[[^[\]]*\]|[^:/[\]]*)(?::(\*|[1-9][0-9]*))?$/.exec(text);
  const [, scheme = "", host = "", port = ""] = parts ?? [];
  if (parts === null || scheme.toLowerCase() === "file") return "not an origin";
  if (port !== "*" && Number(port) > 65_535) return "no such port";
  return faultOfHost(scheme.toLowerCase(), host.toLowerCase());
}

function faultOfExpression(source: string): string | undefined {
  if (source === "") return "an expression of nothing";
  try {
    RE2JS.compile(source);
    return undefined;
  } catch {
    return "not an expression";
  }
}

function faultOfHost(scheme: string, pattern: string): string | undefined {
  if (pattern === "*") return undefined;
  const isWildcard = pattern.startsWith("*.");
  const host = isWildcard ? pattern.slice(2) : pattern;
  if (!isHost(host)) return "not a host";
  if (isWildcard && isAddress(host)) return "a wildcard above an address";
  // What browsers would write differently never arrives.
  if (PARSED.includes(scheme) && serialized(host) !== host) return "a host written differently";
  return undefined;
}

function isAddress(host: string): boolean {
  return host.startsWith("[") || /(^|\.)\d+\.?$/.test(host);
}

function serialized(host: string): string | undefined {
  return URL.parse(`http://${host}/`)?.hostname;
}
