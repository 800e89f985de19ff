import { FINDING_CODES, type FindingCode, type Severity } from "./finding-code.ts";
import type { Place } from "./place.ts";

/** A change of the configuration at the place of a finding. */
export type Edit =
  /** Merged into the object there, as a JSON Merge Patch (RFC 7396): lists are replaced whole, null takes away. */
  | { readonly kind: "merge"; readonly value: object }
  /** Put into the list in front of the item there. */
  | { readonly kind: "insert"; readonly value: object }
  /** The item there moves in front of the one at this pointer, in the same list. */
  | { readonly kind: "move"; readonly before: string };

/** The way out. */
export type Mend = {
  /** What to do, as an instruction. */
  readonly advice: string;
  /** Undefined where only the operator can know. */
  readonly edit: Edit | undefined;
};

/** One thing in the configuration of an Envoy that does not go with corsd. */
export type Finding = {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly place: Place;
  /** What users will meet: lower case, no full stop. */
  readonly message: string;
  readonly mend: Mend;
};

/** A finding of that code, whose severity goes with it; `merge`: what mends it where it stands. */
export function finding(
  code: FindingCode,
  place: Place,
  message: string,
  advice: string,
  merge?: object,
): Finding {
  const edit: Edit | undefined = merge === undefined ? merge : { kind: "merge", value: merge };
  return { code, severity: FINDING_CODES[code], place, message, mend: { advice, edit } };
}

/** The same finding, mended by another edit. */
export function mendedBy(found: Finding, edit: Edit): Finding {
  return { ...found, mend: { ...found.mend, edit } };
}
