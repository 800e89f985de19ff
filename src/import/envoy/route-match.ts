import { quote } from "../../policy/quote.ts";
import { type Found, isAbsent, type JsonReader } from "../json-value.ts";
import { type AreaMatch, areaMatch } from "../routing/area-match.ts";
import {
  exactPath,
  type PathReading,
  pathExpression,
  segmentPrefix,
  textPrefix,
} from "../routing/path-reading.ts";
import { field, isUnset } from "./message.ts";

const CONDITIONS = [
  "headers",
  "query_parameters",
  "cookies",
  "grpc",
  "tls_context",
  "runtime_fraction",
  "dynamic_metadata",
  "filter_state",
] as const;

/** Reads `envoy.config.route.v3.RouteMatch`. */
export function readRouteMatch(reader: JsonReader, found: Found): AreaMatch {
  const { reading, words } = pathOf(reader, found);
  const conditions = CONDITIONS.filter((name) => !isUnset(field(reader, found, name)));
  const isAnyCase = reader.flag(field(reader, found, "case_sensitive")) === false;
  const match = areaMatch(
    words,
    reading,
    conditions.map((name) => `\`${name}\``),
  );
  return isAnyCase ? { ...match, note: `${words} is compared with case` } : match;
}

function pathOf(
  reader: JsonReader,
  found: Found,
): { readonly reading: PathReading | undefined; readonly words: string } {
  const text = (name: string): string | undefined => reader.text(field(reader, found, name));
  const prefix = text("prefix");
  if (prefix !== undefined) return { reading: textPrefix(prefix), words: quote(`${prefix}*`) };
  const path = text("path");
  if (path !== undefined) return { reading: exactPath(path), words: `the path ${quote(path)}` };
  const segments = text("path_separated_prefix");
  if (segments !== undefined) return { reading: segmentPrefix(segments), words: quote(segments) };
  const regex = field(reader, found, "safe_regex");
  const source = reader.text(field(reader, regex, "regex")) ?? text("regex");
  if (source !== undefined) {
    return { reading: pathExpression(source), words: `the expression ${quote(source)}` };
  }
  const other = reader.entries(found).find(([, each]) => !isAbsent(each));
  const name = other === undefined ? "nothing" : quote(other[0]);
  return { reading: undefined, words: `a match by ${name}` };
}
