import type { ReadOrigin } from "./origin-entry.ts";

export type OriginList = {
  readonly allowOrigins: readonly string[] | "*";
  /** What is different, for differences; each once. */
  readonly texts: readonly string[];
};

/** A list of origins as a document has it, and what is to be said of it. */
export function originList(read: readonly ReadOrigin[]): OriginList {
  return { allowOrigins: patternsOf(read), texts: [...new Set(notesOf(read))] };
}

/** The patterns of a list that was read: `*` alone where it is among them. */
export function patternsOf(origins: readonly ReadOrigin[]): readonly string[] | "*" {
  const patterns = new Set(origins.flatMap((each) => (each.ok ? [each.value.pattern] : [])));
  return patterns.has("*") ? "*" : [...patterns];
}

/** What is to be said of a list that was read. */
export function notesOf(origins: readonly ReadOrigin[]): readonly string[] {
  return origins.flatMap((each) => (each.ok ? (each.value.note ?? []) : [each.error]));
}
