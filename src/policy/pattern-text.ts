import type { AdmittedOrigin, HostPattern, OriginPattern } from "../cors/origin-pattern.ts";
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

/** A pattern as it is looked up. */
export function admittedOrigin(pattern: OriginPattern): AdmittedOrigin {
  return pattern.kind === "expression" ? pattern.expression : patternText(pattern);
}

/** The canonical text of what is looked up: {@link patternText}. */
export function admittedText(origin: AdmittedOrigin): string {
  return typeof origin === "string" ? origin : `~${origin.source}`;
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
