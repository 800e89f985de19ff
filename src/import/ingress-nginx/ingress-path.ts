import { quote } from "../../policy/quote.ts";
import { plainText } from "../expression-text.ts";
import type { Found, JsonReader } from "../json-value.ts";
import { type AreaMatch, areaMatch } from "../routing/area-match.ts";
import {
  exactPath,
  type PathReading,
  pathExpression,
  segmentPrefix,
  textPrefix,
} from "../routing/path-reading.ts";

export type IngressPath = AreaMatch & {
  /** Of the text: nginx tries longer ones first. */
  readonly length: number;
};

/** Reads `HTTPIngressPath`. `isExpression`: the annotations make expressions of the host's paths. */
export function readIngressPath(
  reader: JsonReader,
  found: Found,
  isExpression: boolean,
): IngressPath {
  const text = reader.text(reader.under(found, "path")) || "/";
  const type = reader.text(reader.under(found, "pathType")) ?? "ImplementationSpecific";
  const reading = readPath(text, type, isExpression);
  return { ...areaMatch(`the path ${quote(text)}`, reading), length: text.length };
}

function readPath(text: string, type: string, isExpression: boolean): PathReading | undefined {
  if (type === "Exact") return exactPath(text);
  // Matched from the start, without an end.
  if (isExpression) return plainText(text) === text ? textPrefix(text) : pathExpression(text);
  return type === "Prefix" ? segmentPrefix(text) : textPrefix(text);
}
