import { type Found, isAbsent, type JsonReader } from "../json-value.ts";

// Protobuf messages as JSON or YAML: a field is written `allow_methods` or `allowMethods`
// (https://protobuf.dev/programming-guides/json/), and one with its default value is the same as none.

export function field(reader: JsonReader, found: Found, name: string): Found {
  const written = reader.under(found, name);
  const camel = name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return isAbsent(written) ? reader.under(found, camel) : written;
}

/** True for a field that counts as none: absent, empty text, or an empty list. */
export function isUnset({ value }: Found): boolean {
  if (value === undefined || value === null || value === "") return true;
  return Array.isArray(value) && value.length === 0;
}
