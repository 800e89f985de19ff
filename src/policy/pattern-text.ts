import type { HostPattern, OriginPattern } from "../cors/origin-pattern.ts";
import type { HostMatch } from "./document.ts";

/** A pattern in its canonical written form: two patterns with the same text admit the same origins. */
export function patternText(pattern: OriginPattern): string {
  switch (pattern.kind) {
    case "any":
      return "*";
    case "opaque":
      return "null";
    case "tuple":
      return `${pattern.scheme}://${hostText(pattern.host)}${portText(pattern.port)}`;
    case "expression":
      return `~${pattern.expression.source}`;
  }
}

/** The host of a `match` entry as written. */
export function hostMatchText(host: HostMatch): string {
  return host.kind === "exact" ? host.name : `*.${host.of}`;
}

function hostText(host: HostPattern): string {
  return host.kind === "any" ? "*" : hostMatchText(host);
}

function portText(port: number | "any" | undefined): string {
  if (port === undefined) return "";
  return port === "any" ? ":*" : `:${port}`;
}
