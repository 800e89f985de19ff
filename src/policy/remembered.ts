/** What stands under the key, made first where nothing does. */
export function remembered<K, V extends object>(known: Map<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
