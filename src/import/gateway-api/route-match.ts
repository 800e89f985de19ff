import { quote } from "../../policy/quote.ts";
import type { Found, JsonReader } from "../json-value.ts";
import { type AreaMatch, areaMatch } from "../routing/area-match.ts";
import {
  exactPath,
  type PathReading,
  pathExpression,
  segmentPrefix,
} from "../routing/path-reading.ts";

/** A match with what ranks it among those of its host: the most specific counts, not the first. */
export type HttpRouteMatch = AreaMatch & {
  readonly rank: readonly number[];
};

/** Reads `HTTPRouteMatch`. */
export function readHttpRouteMatch(reader: JsonReader, found: Found): HttpRouteMatch {
  const path = reader.under(found, "path");
  const type = reader.text(reader.under(path, "type")) ?? "PathPrefix";
  const value = reader.text(reader.under(path, "value")) ?? "/";
  const method = reader.text(reader.under(found, "method"));
  const headers = reader.items(reader.under(found, "headers")).length;
  const params = reader.items(reader.under(found, "queryParams")).length;
  const reading = readPath(type, value);
  const conditions = [
    ...(method === undefined ? [] : [`the method ${quote(method)}`]),
    ...(headers > 0 ? ["headers"] : []),
    ...(params > 0 ? ["query parameters"] : []),
  ];
  return {
    ...areaMatch(`the ${type} ${quote(value)}`, reading, conditions),
    rank: [Number(type === "Exact"), value.length, Number(method !== undefined), headers, params],
  };
}

function readPath(type: string, value: string): PathReading | undefined {
  switch (type) {
    case "Exact":
      return exactPath(value);
    case "RegularExpression":
      return pathExpression(value);
    default:
      return segmentPrefix(value);
  }
}

/** The order in which matches are tried: the method's precedence is that of `HTTPRouteRule.matches`. */
export function byRank(one: readonly number[], other: readonly number[]): number {
  return one.reduce(
    (order, value, index) => (order === 0 ? Number(other[index]) - value : order),
    0,
  );
}
