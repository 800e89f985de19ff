import type { Written, WrittenGroup, WrittenMatch } from "../document.ts";
import type { Libraries } from "../libraries.ts";
import { quote } from "../quote.ts";
import { atOf, type Spot } from "../spot.ts";
import { GROUP_FIELDS, MATCH_FIELDS } from "../vocabulary/group-fields.ts";
import { MAX_PATH_LENGTH, MAX_ROUTE_LENGTH } from "../vocabulary/limits.ts";
import { decodeList } from "./decode-list.ts";
import { decodeName } from "./decode-name.ts";
import { parseHostMatch } from "./match-host.ts";
import { parsePathMatch } from "./match-path.ts";
import type { Reader } from "./reader.ts";

/** Reads one entry of `apiGroups`; undefined where it is no map. */
export function decodeGroup(
  reader: Reader,
  spot: Spot,
  libraries: Libraries,
): WrittenGroup | undefined {
  const keys = reader.object(spot, GROUP_FIELDS);
  if (keys === undefined) return undefined;
  const entries = reader.list(keys.get("match")) ?? [];
  return {
    at: atOf(spot),
    name: decodeName(reader, keys.get("name"), spot),
    match: entries.flatMap((each) => decodeMatch(reader, each, libraries) ?? []),
    policies: decodePolicyNames(reader, keys.get("policies")),
  };
}

/** The names in their order; a second mention is reported and left out. */
function decodePolicyNames(reader: Reader, spot: Spot | undefined): readonly Written<string>[] {
  const seen = new Set<string>();
  const list = decodeList(reader, spot, (each) => {
    const written = reader.string(each);
    if (written === undefined) return undefined;
    const { value, at } = written;
    if (!seen.has(value)) {
      seen.add(value);
      return written;
    }
    const message = `${quote(value)} stands in this list already`;
    reader.report(at, { code: "reference-duplicate", value, message, fix: "keep the first" });
    return undefined;
  });
  return list?.items ?? [];
}

/** Undefined where anything in the entry is wrong: without it the entry would match more than was meant. */
function decodeMatch(reader: Reader, spot: Spot, libraries: Libraries): WrittenMatch | undefined {
  const { node } = spot;
  const keys = reader.object(spot, MATCH_FIELDS);
  if (keys === undefined || node.kind !== "map") return undefined;
  const at = atOf(spot);
  if (node.entries.length === 0) {
    const message = "an empty entry would match every request";
    const fix = "name a `host`, `path` or `route`; for everything, write `path: /`";
    reader.report(at, { code: "match-empty", value: "{}", message, fix });
    return undefined;
  }
  const host = decodeHost(reader, keys.get("host"), libraries);
  const path = decodePath(reader, keys.get("path"));
  const route = reader.text(keys.get("route"), MAX_ROUTE_LENGTH);
  const read = [host, path, route].filter((each) => each !== undefined);
  return read.length === node.entries.length ? { at, host, path, route } : undefined;
}

function decodeHost(
  reader: Reader,
  spot: Spot | undefined,
  libraries: Libraries,
): WrittenMatch["host"] {
  const written = reader.string(spot);
  if (written === undefined) return undefined;
  const { value, text, at } = written;
  const parsed = parseHostMatch(value, libraries);
  if (parsed.ok) return { value: parsed.value, text, at };
  const { why, fix } = parsed.error;
  const message = `${quote(value)} is not a host to match: ${why}`;
  reader.report(at, { code: "host-invalid", value, message, fix });
  return undefined;
}

function decodePath(reader: Reader, spot: Spot | undefined): WrittenMatch["path"] {
  const written = reader.text(spot, MAX_PATH_LENGTH);
  if (written === undefined) return undefined;
  const { value, text, at } = written;
  const parsed = parsePathMatch(value);
  if (parsed.ok) return { value: parsed.value, text, at };
  const { why, fix } = parsed.error;
  const message = `${quote(value)} is not a path prefix: ${why}`;
  reader.report(at, { code: "path-invalid", value, message, fix });
  return undefined;
}
