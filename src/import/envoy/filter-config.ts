import { type Found, isAbsent, type JsonReader, textIn } from "../json-value.ts";
import { field } from "./message.ts";

/** What stands at one level for the cors filter: nothing, a policy, or that the filter is off. */
export type FilterConfig =
  | { readonly kind: "none" }
  | { readonly kind: "off" }
  | { readonly kind: "policy"; readonly found: Found };

const NONE: FilterConfig = { kind: "none" };

// By its type, since the key may be any name that the chain of filters has.
const TYPE = /\.cors\.v[23]\.CorsPolicy$|\.route\.v3\.CorsPolicy$/;
const KEYS: ReadonlySet<string> = new Set(["envoy.filters.http.cors", "envoy.cors"]);

/** Reads `typed_per_filter_config` of a route, a virtual host or a route configuration. */
export function filterConfigOf(reader: JsonReader, owner: Found): FilterConfig {
  for (const [key, found] of reader.entries(field(reader, owner, "typed_per_filter_config"))) {
    const config = unwrapped(reader, found);
    if (config.kind !== "policy") {
      if (KEYS.has(key)) return config;
      continue;
    }
    if (KEYS.has(key) || TYPE.test(typeOf(reader, config.found))) return config;
  }
  return NONE;
}

/** `envoy.config.route.v3.FilterConfig` around it can turn the filter off. */
function unwrapped(reader: JsonReader, found: Found): FilterConfig {
  if (!typeOf(reader, found).endsWith("route.v3.FilterConfig")) {
    return isAbsent(found) ? NONE : { kind: "policy", found };
  }
  if (reader.flag(field(reader, found, "disabled")) === true) return { kind: "off" };
  const inner = field(reader, found, "config");
  return isAbsent(inner) ? NONE : { kind: "policy", found: inner };
}

function typeOf(reader: JsonReader, found: Found): string {
  return textIn(reader.under(found, "@type"));
}

/** The policies of these levels, the most specific first; undefined: none, or the filter is off. */
export function levelsOf(
  reader: JsonReader,
  owners: readonly Found[],
): readonly [Found, ...Found[]] | undefined {
  const configs = owners.map((owner) => filterConfigOf(reader, owner));
  const [first] = configs.filter(({ kind }) => kind !== "none");
  if (first?.kind === "off") return undefined;
  const [head, ...rest] = configs.flatMap((each) => (each.kind === "policy" ? each.found : []));
  if (head !== undefined) return [head, ...rest];
  // The fields of old count only where no level has a configuration of the filter.
  const [old, ...older] = owners
    .map((owner) => field(reader, owner, "cors"))
    .filter((each) => !isAbsent(each));
  return old === undefined ? undefined : [old, ...older];
}
