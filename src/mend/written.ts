import type { At, WrittenPolicy } from "../policy/document.ts";
import { pointerTo } from "../policy/spot.ts";
import type { EditedKey } from "./edit.ts";

/** Where a key of a policy is written; where it is left out, or its place is not kept, the policy. */
export function placeOf(written: WrittenPolicy<unknown>, key: EditedKey): At {
  const pointer = pointerTo(written.at.pointer, key);
  const value: unknown = written[key];
  return { place: isPlaced(value) ? value.at.place : written.at.place, pointer };
}

/** A packed document has its lists of origins as arrays without places; and every array has a method `at`. */
function isPlaced(value: unknown): value is { readonly at: At } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
