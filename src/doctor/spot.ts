/** A value somewhere in the JSON that is examined, or one that is not there, and where it would stand (RFC 6901). */
export type Spot = { readonly value: unknown; readonly pointer: string };

// Reading is total: what is not there, or is of another kind, reads as empty. Envoy has taken this configuration
// already, so that a wrong kind can only be a field of a version that nobody here knows.

/** What stands below these keys. */
export function at(spot: Spot, ...keys: readonly string[]): Spot {
  return keys.reduce(below, spot);
}

function below({ value, pointer }: Spot, key: string): Spot {
  const inner = Object.hasOwn(Object(value), key) ? Object(value)[key] : undefined;
  return { value: inner, pointer: `${pointer}/${escaped(key)}` };
}

function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** The items of a list. */
export function items(spot: Spot): readonly Spot[] {
  return Array.isArray(spot.value) ? spot.value.map((_, index) => below(spot, String(index))) : [];
}

/** The entries of an object. */
export function entries(spot: Spot): readonly (readonly [string, Spot])[] {
  if (typeof spot.value !== "object" || Array.isArray(spot.value)) return [];
  return Object.keys(Object(spot.value)).map((key) => [key, below(spot, key)]);
}

export function isThere({ value }: Spot): boolean {
  return value !== undefined && value !== null;
}

export function textOf({ value }: Spot): string {
  return typeof value === "string" ? value : "";
}

/** The texts of a list. */
export function textsOf(spot: Spot): readonly string[] {
  return items(spot).map(textOf);
}

export function isOn({ value }: Spot): boolean {
  return value === true;
}

export function numberOf({ value }: Spot, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}

/** A duration as protobuf writes it in JSON, such as `0.200s`, in seconds. */
export function secondsOf(spot: Spot, fallback: number): number {
  const seconds = Number.parseFloat(textOf(spot));
  return Number.isNaN(seconds) ? fallback : seconds;
}

/** The last part of the `@type` of a message: its full name. */
export function typeOf(spot: Spot): string {
  return nameOfType(textOf(at(spot, "@type")));
}

/** The full name of a message in its type URL. */
export function nameOfType(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}
