import type { Decorate, Header, Respond } from "./decision.ts";
import { fixedHeader, isFixed } from "./fixed-header.ts";
import { memoized } from "./memo.ts";
import { isToken } from "./token.ts";

/** What is done to a response's headers: removals first; a set replaces every line of its name. */
export type HeaderEdits = { readonly set: readonly Header[]; readonly remove: readonly string[] };

/** Most names listed for `exposeHeaders: "*"` with credentials: Envoy takes 100 headers by default, few are of interest. */
export const MAX_EXPOSED_NAMES = 64;
/** Longest value listing them, in bytes: half of the smallest header limit in common use (8 KiB for all lines). */
export const MAX_EXPOSED_LENGTH = 4096;

const PREFIX = "access-control-";
const TIMING = "timing-allow-origin";
const SEPARATOR = ", ";

/** All headers of an answer that does not reach the service. */
export function immediateHeaders(action: Respond): readonly Header[] {
  return [...action.headers, varyHeader(action.vary)];
}

/**
 * The edits that put an action onto the service's response, whose headers are given with lower-case names (several
 * lines of one name joined by commas or given one after the other).
 */
export function responseEdits(action: Decorate, received: readonly Header[]): HeaderEdits {
  const set = action.headers.slice();
  const exposed = action.exposeReceived ? exposedNames(received) : "";
  if (exposed !== "") set.push(["access-control-expose-headers", exposed]);
  const vary = mergedVary(action.vary, received);
  if (vary !== undefined) set.push(vary);
  return { set, remove: removedNames(action, set, received) };
}

/**
 * The keys and values for an Envoy that prints the headers itself (the request-only set-up): the header's name
 * without `access-control-`, dashes as underscores.
 */
export function metadataEntries(action: Decorate): readonly Header[] {
  const entries: Header[] = [];
  for (const header of action.headers) entries.push(metadataEntry(header));
  if (action.vary.length > 0) entries.push(varyHeader(action.vary));
  return entries;
}

const METADATA_ENTRIES: WeakMap<Header, Header> = new WeakMap();

function metadataEntry(header: Header): Header {
  const known = METADATA_ENTRIES.get(header);
  if (known !== undefined) return known;
  const [name, value] = header;
  if (!isFixed(header)) return [metadataKey(name), value];
  const entry = fixedHeader(metadataKey(name), value);
  METADATA_ENTRIES.set(header, entry);
  return entry;
}

const metadataKey = memoized((name) => {
  const short = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
  return short.replaceAll("-", "_");
});

const VARY_HEADERS: WeakMap<readonly string[], Header> = new WeakMap();

/** The lists of what an answer depends on are few, and the same objects each time. */
function varyHeader(names: readonly string[]): Header {
  const known = VARY_HEADERS.get(names);
  if (known !== undefined) return known;
  const header = fixedHeader("vary", names.join(SEPARATOR));
  VARY_HEADERS.set(names, header);
  return header;
}

/** The service's own CORS headers, less those that a set replaces anyway. */
function removedNames(
  { removeTiming }: Decorate,
  set: readonly Header[],
  received: readonly Header[],
): readonly string[] {
  let removed: Set<string> | undefined;
  for (const [name] of received) {
    if (!name.startsWith(PREFIX) && !(removeTiming && name === TIMING)) continue;
    // Envoy drops a whole mutation that names an illegal header.
    if (!isToken(name) || set.some(([ours]) => ours === name)) continue;
    removed ??= new Set();
    removed.add(name);
  }
  return removed === undefined ? NOTHING : [...removed];
}

const NOTHING: readonly string[] = [];

/** The Vary that a response gets, or undefined where it is right as it is. */
function mergedVary(wanted: readonly string[], received: readonly Header[]): Header | undefined {
  if (wanted.length === 0) return undefined;
  let lines: string | undefined;
  for (const [name, value] of received) {
    if (name === "vary") lines = lines === undefined ? value : `${lines},${value}`;
  }
  return lines === undefined ? varyHeader(wanted) : mergerFor(wanted)(lines);
}

/** What is merged into the lines of a response. */
type Merger = (lines: string) => Header | undefined;

const MERGERS: WeakMap<readonly string[], Merger> = new WeakMap();

/** A service says the same Vary again and again. */
function mergerFor(wanted: readonly string[]): Merger {
  const known = MERGERS.get(wanted);
  if (known !== undefined) return known;
  const merger = memoized((lines) => mergeVary(wanted, lines));
  MERGERS.set(wanted, merger);
  return merger;
}

function mergeVary(wanted: readonly string[], lines: string): Header | undefined {
  const elements = lines.split(",").map((element) => element.trim());
  if (elements.includes("*")) return undefined;
  const names = new Map<string, string>();
  for (const name of elements) {
    // Anything but a token would be no legal value to send back.
    if (isToken(name)) addOnce(names, name);
  }
  const kept = names.size;
  for (const name of wanted) addOnce(names, name);
  const isRight = names.size === kept && elements.length === kept;
  return isRight ? undefined : fixedHeader("vary", [...names.values()].join(SEPARATOR));
}

function addOnce(names: Map<string, string>, name: string): void {
  const key = name.toLowerCase();
  if (!names.has(key)) names.set(key, name);
}

/** The names of this very response that a script may read: no CORS header, no cookie, within the limits. */
function exposedNames(received: readonly Header[]): string {
  const names = new Set<string>();
  let length = 0;
  for (const [name] of received) {
    if (!isExposable(name) || names.has(name)) continue;
    const added = name.length + (names.size === 0 ? 0 : SEPARATOR.length);
    if (names.size === MAX_EXPOSED_NAMES || length + added > MAX_EXPOSED_LENGTH) break;
    names.add(name);
    length += added;
  }
  return [...names].join(SEPARATOR);
}

function isExposable(name: string): boolean {
  return isToken(name) && !name.startsWith(PREFIX) && !name.startsWith("set-cookie");
}
