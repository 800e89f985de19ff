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

const CONDITIONS = [
  "scheme",
  "method",
  "authority",
  "headers",
  "withoutHeaders",
  "queryParams",
  "port",
  "sourceLabels",
  "sourceNamespace",
  "gateways",
] as const;

/** Reads `HTTPMatchRequest`. */
export function readIstioMatch(reader: JsonReader, found: Found): AreaMatch {
  const { reading, words } = uriOf(reader, reader.under(found, "uri"));
  const conditions = CONDITIONS.filter((name) => !isAbsent(reader.under(found, name)));
  const isAnyCase = reader.flag(reader.under(found, "ignoreUriCase")) === true;
  const match = areaMatch(
    words,
    reading,
    conditions.map((name) => `\`${name}\``),
  );
  return isAnyCase ? { ...match, note: `${words} is compared with case` } : match;
}

type Uri = { readonly reading: PathReading | undefined; readonly words: string };

function uriOf(reader: JsonReader, uri: Found): Uri {
  const text = (name: string): string | undefined => reader.text(reader.under(uri, name));
  const exact = text("exact");
  if (exact !== undefined) return { reading: exactPath(exact), words: `the path ${quote(exact)}` };
  const prefix = text("prefix");
  if (prefix !== undefined) return { reading: textPrefix(prefix), words: quote(`${prefix}*`) };
  const regex = text("regex");
  if (regex !== undefined) {
    return { reading: pathExpression(regex), words: `the expression ${quote(regex)}` };
  }
  return { reading: segmentPrefix("/"), words: "any path" };
}
