import type { OriginPattern } from "../../cors/origin-pattern.ts";
import type { Written, WrittenList } from "../document.ts";
import type { Libraries } from "../libraries.ts";
import type { Spot } from "../spot.ts";
import { decodeStarList } from "./decode-list.ts";
import type { Reader } from "./reader.ts";
import { parseOriginPattern } from "./written-pattern.ts";

/** Reads `allowOrigins` of a policy or `origins` of an application. */
export function decodeOrigins(
  reader: Reader,
  spot: Spot | undefined,
  libraries: Libraries,
): WrittenList<OriginPattern> | undefined {
  return decodeStarList(reader, spot, (each) => decodeOrigin(reader, each, libraries));
}

function decodeOrigin(
  reader: Reader,
  spot: Spot,
  libraries: Libraries,
): Written<OriginPattern> | undefined {
  const written = reader.string(spot);
  if (written === undefined) return undefined;
  const { value, text, at } = written;
  const parsed = parseOriginPattern(value, libraries);
  if (parsed.ok) return { value: parsed.value, text, at };
  reader.report(at, { ...parsed.error, value });
  return undefined;
}
