import { type Found, isAbsent, isObject, type JsonReader } from "../json-value.ts";
import { listOf, property } from "./spring-property.ts";

/** A CORS configuration and the path pattern that it is for. */
export type SpringCors = {
  readonly called: string;
  readonly pattern: string;
  readonly found: Found;
  /** In the metadata of a route keys are compared as they are: `allowed-origins` says nothing. */
  readonly isRelaxed: boolean;
};

const GATEWAYS = [
  ["spring", "cloud", "gateway", "server", "webflux"],
  ["spring", "cloud", "gateway"],
];

/** Of one pattern the routes' configuration counts, of several routes the last; and a global one only where none has it. */
export function readCors(roots: readonly Found[], reader: JsonReader): readonly SpringCors[] {
  const below = (...path: readonly string[]): readonly Found[] =>
    roots.flatMap((root) => GATEWAYS.map((gateway) => property(root, [...gateway, ...path])));
  const byPattern = new Map<string, SpringCors>();
  for (const route of below("routes").flatMap((each) => reader.items(each))) {
    const found = reader.under(property(route, ["metadata"]), "cors");
    if (isAbsent(found)) continue;
    const pattern = pathOf(property(route, ["predicates"]), reader);
    const called = reader.text(property(route, ["id"])) ?? "route";
    byPattern.set(pattern, { called, pattern, found, isRelaxed: false });
  }
  const configurations = below("globalcors", "corsConfigurations");
  for (const [key, found] of configurations.flatMap((each) => reader.entries(each))) {
    const pattern = key.startsWith("[") && key.endsWith("]") ? key.slice(1, -1) : key;
    if (byPattern.get(pattern)?.isRelaxed === false) continue;
    byPattern.set(pattern, { called: `global${pattern}`, pattern, found, isRelaxed: true });
  }
  return [...byPattern.values()];
}

/** The first pattern of the first path predicate; every path where there is none. */
function pathOf(predicates: Found, reader: JsonReader): string {
  for (const predicate of reader.items(predicates)) {
    const patterns = isObject(predicate.value)
      ? argumentsOf(predicate, reader)
      : shortcut(reader.text(predicate) ?? "");
    if (patterns[0] !== undefined) return patterns[0];
  }
  return "/**";
}

/** `Path=/orders/**,/baskets/**` */
function shortcut(text: string): readonly string[] {
  const [, patterns = ""] = /^Path=(.*)$/.exec(text.trim()) ?? [];
  return patterns
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
}

/** `{name: Path, args: {patterns: …}}`, or with names that Spring gave itself: `_genkey_0`. */
function argumentsOf(predicate: Found, reader: JsonReader): readonly string[] {
  if (reader.text(property(predicate, ["name"])) !== "Path") return [];
  const args = property(predicate, ["args"]);
  const patterns = property(args, ["patterns"]);
  return listOf(isAbsent(patterns) ? args : patterns, reader) ?? [];
}
