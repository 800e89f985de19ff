import { pointerTo } from "../../policy/spot.ts";
import { type Found, isAbsent, isObject, type JsonReader } from "../json-value.ts";

/**
 * What stands below these keys. Each may be written in kebab or camel case or with underscores, and several in one with
 * dots between (`spring.cloud.gateway`): Spring Boot's relaxed binding. Absent where there is nothing.
 */
export function property(found: Found, path: readonly string[]): Found {
  if (path.length === 0) return found;
  const entries = isObject(found.value) ? Object.entries(found.value) : [];
  for (const [key, value] of entries) {
    const parts = key.split(".").map(uniform);
    if (parts.some((part, at) => part !== uniform(`${path[at]}`))) continue;
    const place = pointerTo(found.place, key);
    const below = property({ value, place }, path.slice(parts.length));
    if (!isAbsent(below)) return below;
  }
  return { value: undefined, place: `${found.place}/${path.join("/")}` };
}

function uniform(key: string): string {
  return key.toLowerCase().replaceAll(/[-_]/g, "");
}

/** A list of texts: written as one, as one text with commas, or as a map whose keys count for nothing. */
export function listOf(found: Found, reader: JsonReader): readonly string[] | undefined {
  if (isAbsent(found)) return undefined;
  if (typeof found.value === "string") return splitAtCommas(found.value);
  const items = isObject(found.value)
    ? reader.entries(found).map(([, item]) => item)
    : reader.items(found);
  return items.flatMap((item) => splitAtCommas(reader.text(item) ?? ""));
}

/** Not at those of a list of ports: `https://a.example:[8080,8081]`. */
function splitAtCommas(text: string): readonly string[] {
  const parts = text.split(/,(?![^[]*\])/).map((part) => part.trim());
  return parts.filter((part) => part !== "");
}

/** A flag or its text. */
export function flagOf(found: Found, reader: JsonReader): boolean {
  if (found.value === "true" || found.value === "false") return found.value === "true";
  return reader.flag(found) === true;
}

/** A number or its text. */
export function numberOf(found: Found, reader: JsonReader): number | undefined {
  const { value } = found;
  return typeof value === "string" && /^-?[0-9]+$/.test(value)
    ? Number(value)
    : reader.number(found);
}
