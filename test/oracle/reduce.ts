/** A smaller value that is still `wanted`: keys, entries and characters are taken away one by one until each is needed. */
export function reduce(value: unknown, wanted: (candidate: unknown) => boolean): unknown {
  for (let current = value; ; ) {
    const next = smaller(current).find(wanted);
    if (next === undefined) return current;
    current = next;
  }
}

/** Every value that has one part less. */
function smaller(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    return list.flatMap((each, index) => [
      list.toSpliced(index, 1),
      ...smaller(each).map((less) => list.with(index, less)),
    ]);
  }
  if (typeof value !== "object" || value === null) return [];
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
  return entries.flatMap(([key, each], index) => [
    Object.fromEntries(entries.toSpliced(index, 1)),
    ...smaller(each).map((less) => Object.fromEntries(entries.with(index, [key, less]))),
  ]);
}
