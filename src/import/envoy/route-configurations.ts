import { pointerTo } from "../../policy/spot.ts";
import { type Found, isObject } from "../json-value.ts";

/** Deeper than any configuration; a value from a parser has no cycles. */
const MAX_DEPTH = 64;

/** Everything below that has `virtual_hosts`: in a listener, a dump, a file of its own. */
export function routeConfigurations(found: Found, depth = 0): readonly Found[] {
  const { value, place } = found;
  if (depth > MAX_DEPTH) return [];
  if (Array.isArray(value)) {
    return value.flatMap((each, index) =>
      routeConfigurations({ value: each, place: `${place}/${index}` }, depth + 1),
    );
  }
  if (!isObject(value)) return [];
  if (Object.hasOwn(value, "virtual_hosts") || Object.hasOwn(value, "virtualHosts")) return [found];
  return Object.entries(value).flatMap(([key, each]) =>
    routeConfigurations({ value: each, place: pointerTo(place, key) }, depth + 1),
  );
}
