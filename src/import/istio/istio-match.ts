import { quote } from "../../policy/quote.ts";
import { type Found, isAbsent, type JsonReader } from "../json-value.ts";
import type { Area } from "../routing/area.ts";
import {
  exactPath,
  type PathReading,
  pathExpression,
  segmentPrefix,
  textPrefix,
} from "../routing/path-reading.ts";

/** What a match takes, as far as a path says it. */
export type IstioMatch = Pick<Area, "path" | "extent" | "words" | "note">;

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
export function readIstioMatch(reader: JsonReader, found: Found): IstioMatch {
  const { reading, words } = uriOf(reader, reader.under(found, "uri"));
  const conditions = CONDITIONS.filter((name) => !isAbsent(reader.under(found, name)));
  const named = conditions.map((name) => `\`${name}\``).join(" and ");
  const isAnyCase = reader.flag(reader.under(found, "ignoreUriCase")) === true;
  return {
    path: reading?.path,
    extent: conditions.length > 0 ? "some" : (reading?.extent ?? "some"),
    words: named === "" ? words : `${words} with ${named}`,
    note: isAnyCase ? `${words} is compared with case` : reading?.note,
  };
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
