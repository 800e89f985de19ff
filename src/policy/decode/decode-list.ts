import type { At, Written, WrittenList } from "../document.ts";
import { atOf, type Spot, writtenOf } from "../spot.ts";
import type { Reader } from "./reader.ts";

/** Reads one entry; undefined where it has reported it. */
export type ReadItem<T> = (spot: Spot) => Written<T> | undefined;

/**
 * Reads a list that takes `*` in its place. A list that is there but cannot be read is an empty one: nobody, none;
 * never the default, which may be open. Undefined only where nothing is written.
 */
export function decodeStarList<T>(
  reader: Reader,
  spot: Spot | undefined,
  read: ReadItem<T>,
): WrittenList<T> | undefined {
  if (spot === undefined) return undefined;
  const at = atOf(spot);
  if (isStar(spot)) return { kind: "any", at };
  const spots = readEntries(reader, spot, true);
  const [first, ...others] = spots;
  if (first !== undefined && others.length === 0 && isStar(first)) return { kind: "any", at };
  const items = spots.flatMap((each) => {
    if (reader.full) return [];
    if (!isStar(each)) return read(each) ?? [];
    reportStar(reader, atOf(each));
    return [];
  });
  return { kind: "listed", items, at };
}

/** Reads a list that takes no `*`, in the way of {@link decodeStarList}. */
export function decodeList<T>(
  reader: Reader,
  spot: Spot | undefined,
  read: ReadItem<T>,
): (WrittenList<T> & { readonly kind: "listed" }) | undefined {
  if (spot === undefined) return undefined;
  const items = readEntries(reader, spot, false).flatMap((each) =>
    reader.full ? [] : (read(each) ?? []),
  );
  return { kind: "listed", items, at: atOf(spot) };
}

function readEntries(reader: Reader, spot: Spot, star: boolean): readonly Spot[] {
  const { node } = spot;
  if (node.kind !== "scalar" || node.value === null) return reader.list(spot) ?? [];
  const value = writtenOf(node);
  const orStar = star ? ', or `"*"`' : "";
  // A flow list is shown, so texts that YAML would read differently there stand in quotes.
  const entry = /^[\w./:-]+$/.test(value) ? value : JSON.stringify(value);
  reader.report(atOf(spot), {
    code: "list-expected",
    value,
    message: `expected a list${orStar}`,
    fix: value === "" ? "write a list: `[…]`" : `write \`[${entry.slice(0, 200)}]\``,
  });
  return [];
}

function isStar({ node }: Spot): boolean {
  return node.kind === "scalar" && node.value === "*";
}

function reportStar(reader: Reader, at: At): void {
  reader.report(at, {
    code: "star-beside-others",
    value: "*",
    message: "`*` stands beside other entries",
    fix: 'write `"*"` alone for all, or remove it',
  });
}
