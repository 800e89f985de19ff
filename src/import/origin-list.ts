import type { ReadOrigin } from "./origin-entry.ts";

export type OriginList = {
  readonly allowOrigins: readonly string[] | "*";
  /** What is different, for differences. */
  readonly texts: readonly string[];
};

/** A list of origins of what was read; each pattern once, and `*` alone. */
export function originList(read: readonly ReadOrigin[]): OriginList {
  const patterns = [...new Set(read.flatMap((each) => (each.ok ? [each.value.pattern] : [])))];
  const texts = read.flatMap((each) => (each.ok ? (each.value.note ?? []) : each.error));
  return {
    allowOrigins: patterns.includes("*") ? "*" : patterns,
    texts: [...new Set(texts)],
  };
}
