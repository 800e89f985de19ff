import type { WrittenApplication } from "../document.ts";
import type { Libraries } from "../libraries.ts";
import { atOf, type Spot } from "../spot.ts";
import { APPLICATION_FIELDS } from "../vocabulary/application-fields.ts";
import { decodeStarList } from "./decode-list.ts";
import { decodeName } from "./decode-name.ts";
import { decodeOrigins } from "./decode-origins.ts";
import type { Reader } from "./reader.ts";

/** Reads one entry of `applications`; undefined where it is no map. */
export function decodeApplication(
  reader: Reader,
  spot: Spot,
  libraries: Libraries,
): WrittenApplication | undefined {
  const keys = reader.object(spot, APPLICATION_FIELDS);
  if (keys === undefined) return undefined;
  const at = atOf(spot);
  return {
    at,
    name: decodeName(reader, keys.get("name"), spot),
    origins: decodeOrigins(reader, keys.get("origins"), libraries) ?? {
      kind: "listed",
      items: [],
      at,
    },
    apiGroups: decodeStarList(reader, keys.get("apiGroups"), (each) => reader.string(each)),
  };
}
