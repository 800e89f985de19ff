import type { Area } from "./area.ts";
import type { PathReading } from "./path-reading.ts";

/** What a match takes, as far as a path says it. */
export type AreaMatch = Pick<Area, "path" | "extent" | "words" | "note">;

/** A match of this path, `words` being what stood there, that asks for more than the path in these conditions. */
export function areaMatch(
  words: string,
  reading: PathReading | undefined,
  conditions: readonly string[] = [],
): AreaMatch {
  const isMore = conditions.length > 0;
  return {
    path: reading?.path,
    extent: isMore ? "some" : (reading?.extent ?? "some"),
    words: isMore ? `${words} with ${conditions.join(" and ")}` : words,
    note: reading?.note,
  };
}
