import type { RefusalStatus } from "../../cors/policy.ts";
import type { WrittenBehavior } from "../document.ts";
import type { Spot } from "../spot.ts";
import {
  ANY_ORIGIN_ANSWERS,
  BEHAVIOR_FIELDS,
  PREFLIGHT_STATUS,
  REFUSAL_STATUS,
  REFUSAL_STATUS_FIELDS,
  REFUSED_ACTUALS,
  REFUSED_PREFLIGHTS,
  SAFELISTED_METHODS,
  SAME_ORIGINS,
} from "../vocabulary/behavior-fields.ts";
import type { Reader } from "./reader.ts";

/** Reads `behavior`; switches that are not there, or not readable, stay the preset's. */
export function decodeBehavior(reader: Reader, spot: Spot | undefined): WrittenBehavior {
  const keys = spot && reader.object(spot, BEHAVIOR_FIELDS);
  if (keys === undefined) return {};
  return present<WrittenBehavior>({
    refusedActual: reader.choice(keys.get("refusedActual"), REFUSED_ACTUALS)?.value,
    refusedPreflight: reader.choice(keys.get("refusedPreflight"), REFUSED_PREFLIGHTS)?.value,
    preflightStatus: reader.whole(keys.get("preflightStatus"), PREFLIGHT_STATUS),
    refusalStatus: decodeRefusalStatus(reader, keys.get("refusalStatus")),
    checkRequested: reader.flag(keys.get("checkRequested"))?.value,
    checkActualMethod: reader.flag(keys.get("checkActualMethod"))?.value,
    safelistedMethods: reader.choice(keys.get("safelistedMethods"), SAFELISTED_METHODS)?.value,
    sameOrigin: reader.choice(keys.get("sameOrigin"), SAME_ORIGINS)?.value,
    anyOriginAnswer: reader.choice(keys.get("anyOriginAnswer"), ANY_ORIGIN_ANSWERS)?.value,
    exposeOnPreflight: reader.flag(keys.get("exposeOnPreflight"))?.value,
  });
}

function decodeRefusalStatus(
  reader: Reader,
  spot: Spot | undefined,
): Partial<RefusalStatus> | undefined {
  const keys = spot && reader.object(spot, REFUSAL_STATUS_FIELDS);
  return (
    keys &&
    present<Partial<RefusalStatus>>({
      origin: reader.whole(keys.get("origin"), REFUSAL_STATUS),
      method: reader.whole(keys.get("method"), REFUSAL_STATUS),
      header: reader.whole(keys.get("header"), REFUSAL_STATUS),
      httpVersion: reader.whole(keys.get("httpVersion"), REFUSAL_STATUS),
      missingOrigin: reader.whole(keys.get("missingOrigin"), REFUSAL_STATUS),
    })
  );
}

/** The object without its undefined values, so that a spread over a preset changes only what was written. */
function present<T extends object>(written: { readonly [K in keyof T]-?: T[K] | undefined }): T {
  // The parser's one cast: the type of `fromEntries` forgets which key had which value.
  return Object.fromEntries(
    Object.entries(written).filter(([, value]) => value !== undefined),
  ) as T;
}
