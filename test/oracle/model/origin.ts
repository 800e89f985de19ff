import { RE2JS } from "re2js";

/** A received origin: the opaque one, or its three parts in canonical form. */
export type Origin =
  | "null"
  | { readonly scheme: string; readonly host: string; readonly port: string };

const MAX_LENGTH = 512;
/** URL standard, "default port". */
const DEFAULT: { readonly [scheme: string]: string } = {
  http: "80",
  https: "443",
  ws: "80",
  wss: "443",
};

/** One serialized origin (RFC 6454 section 7.1) or `null`; undefined: malformed. */
export function readOrigin(text: string): Origin | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  if (text === "null") return "null";
  const parts = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(\[[^[\]]*\]|[^:/[\]]*)(?::([1-9][0-9]*))?$/.exec(
    text,
  );
  if (parts === null) return undefined;
  const [, scheme = "", host = "", port = ""] = parts;
  if (!isHost(host) || Number(port) > 65_535) return undefined;
  return canonical(scheme, host, port);
}

/** As text, which is what an expression is asked about. */
export function serialize(origin: Exclude<Origin, "null">): string {
  const { scheme, host, port } = origin;
  return port === "" ? `${scheme}://${host}` : `${scheme}://${host}:${port}`;
}

function canonical(scheme: string, host: string, port: string): Exclude<Origin, "null"> {
  const lower = scheme.toLowerCase();
  return { scheme: lower, host: host.toLowerCase(), port: port === DEFAULT[lower] ? "" : port };
}

/** Labels, IPv4 (which are labels too) or IPv6 in brackets. A trailing dot is another host. */
export function isHost(host: string): boolean {
  if (host.startsWith("[")) {
    return /^\[[0-9A-Fa-f:.]+\]$/.test(host) && URL.canParse(`http://${host}/`);
  }
  const name = host.endsWith(".") ? host.slice(0, -1) : host;
  return (
    name.length <= 253 && name.split(".").every((label) => /^[A-Za-z0-9_-]{1,63}$/.test(label))
  );
}

/** Whether a list admits an origin. The opaque one passes `*` only where no credentials are allowed. */
export function admits(
  patterns: "*" | readonly string[],
  origin: Origin,
  credentials: boolean,
): boolean {
  if (patterns === "*") return origin !== "null" || !credentials;
  return patterns.some((pattern) => matches(pattern, origin));
}

function matches(pattern: string, origin: Origin): boolean {
  if (pattern === "null") return origin === "null";
  if (origin === "null") return false;
  if (pattern.startsWith("~")) return expression(pattern.slice(1)).matches(serialize(origin));
  const [, scheme = "", host = "", port = ""] =
    /^([^:]+):\/\/(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(pattern) ?? [];
  const wanted = canonical(scheme, host, port);
  return (
    wanted.scheme === origin.scheme &&
    (wanted.port === "*" || wanted.port === origin.port) &&
    matchesHost(wanted.host, origin.host)
  );
}

/** `*` is any host, `*.x` one or more labels in front of `x`. */
export function matchesHost(pattern: string, host: string): boolean {
  if (pattern === "*") return true;
  if (pattern.startsWith("*.")) return host.endsWith(pattern.slice(1)) && host !== pattern.slice(1);
  return host === pattern;
}

const expressions = new Map<string, RE2JS>();

/** Kept once made, since making one takes a thousand times longer than asking it. */
function expression(source: string): RE2JS {
  let made = expressions.get(source);
  if (made === undefined) {
    made = RE2JS.compile(`\\A(?:${source})\\z`);
    expressions.set(source, made);
  }
  return made;
}
