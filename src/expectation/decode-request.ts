import type { Header } from "../cors/decision.ts";
import {
  type DescribedRequest,
  type DescriptionFault,
  readRequest,
  type UnderstoodRequest,
} from "../explain/described-request.ts";
import type { Reader } from "../policy/decode/reader.ts";
import type { At, Written } from "../policy/document.ts";
import { atOf, pointerTo, type Spot } from "../policy/spot.ts";
import { oneOrMany } from "./one-or-many.ts";
import { MAX_TEXT_LENGTH, PREFLIGHT_FIELDS, REQUEST_FIELDS } from "./test-fields.ts";

type Said = Written<string>;

/** What `each` puts in place of a request's own. */
export type Variation = {
  readonly origin?: Said;
  readonly url?: Said;
  readonly method?: Said;
};

/** A request as a test writes it, in whole or as a preflight in short. */
export type RequestDraft = Variation & {
  readonly at: At;
  readonly kind: "request" | "preflight";
  /** Lines besides the Origin; of a preflight those of what it asks for, its method aside. */
  readonly headers: readonly Header[];
  readonly headersAt: At;
  /** Keys that are written, readable or not. */
  readonly keys: ReadonlySet<string>;
  readonly httpVersion: Said | undefined;
  readonly route: string | undefined;
  readonly group: string | undefined;
};

/** Reads `request`; undefined where it is no map. */
export function decodeRequest(reader: Reader, spot: Spot): RequestDraft | undefined {
  const keys = reader.object(spot, REQUEST_FIELDS);
  if (keys === undefined) return undefined;
  return {
    ...common(reader, spot, keys),
    kind: "request",
    headers: headerLines(reader, keys.get("headers")),
  };
}

/** Reads `preflight`; undefined where it is no map. */
export function decodePreflight(reader: Reader, spot: Spot): RequestDraft | undefined {
  const keys = reader.object(spot, PREFLIGHT_FIELDS);
  if (keys === undefined) return undefined;
  const names = (reader.list(keys.get("headers")) ?? []).flatMap(
    (each) => reader.text(each, MAX_TEXT_LENGTH)?.value ?? [],
  );
  // As browsers do: https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names
  const asked = names.map((name) => name.toLowerCase()).toSorted();
  const isPrivate = reader.flag(keys.get("privateNetwork"))?.value === true;
  const headers: readonly Header[] = [
    ...(asked.length === 0 ? [] : [["access-control-request-headers", asked.join(",")] as const]),
    ...(isPrivate ? [["access-control-request-private-network", "true"] as const] : []),
  ];
  return { ...common(reader, spot, keys), kind: "preflight", headers };
}

type CommonKey = keyof typeof REQUEST_FIELDS & keyof typeof PREFLIGHT_FIELDS;

type CommonKeys = {
  get(key: CommonKey): Spot | undefined;
  keys(): Iterable<string>;
};

function common(
  reader: Reader,
  spot: Spot,
  keys: CommonKeys,
): Omit<RequestDraft, "kind" | "headers"> {
  const text = (key: CommonKey): Said | undefined => reader.text(keys.get(key), MAX_TEXT_LENGTH);
  const origin = reader.string(keys.get("origin"));
  return {
    ...present({ origin, url: text("url"), method: text("method") }),
    at: atOf(spot),
    headersAt: atOf(keys.get("headers") ?? spot),
    keys: new Set(keys.keys()),
    httpVersion: text("httpVersion"),
    route: text("route")?.value,
    group: text("group")?.value,
  };
}

/** What is there of a variation. */
export function present(said: { readonly [Key in keyof Variation]: Said | undefined }): Variation {
  const { origin, url, method } = said;
  return {
    ...(origin && { origin }),
    ...(url && { url }),
    ...(method && { method }),
  };
}

function headerLines(reader: Reader, spot: Spot | undefined): readonly Header[] {
  if (spot === undefined) return [];
  const { node, pointer } = spot;
  if (node.kind !== "map") {
    reader.refuse(spot, "a map of header names to values", "write `name: value`, one a line");
    return [];
  }
  return node.entries.flatMap(({ key, value }) => {
    return oneOrMany({ node: value, pointer: pointerTo(pointer, key) }).flatMap((each) => {
      const line = reader.string(each);
      return line === undefined ? [] : [[key, line.value] as const];
    });
  });
}

/** Says what a request cannot be without, and whether it is all there; what could not be read has been reported. */
export function isWhole(reader: Reader, draft: RequestDraft): boolean {
  const { kind, at, keys, url, origin, method } = draft;
  const needed = Object.entries(kind === "request" ? { url } : { origin, url, method });
  const missing = needed.flatMap(([key, said]) => (said === undefined ? [key] : []));
  for (const key of missing.filter((each) => !keys.has(each))) {
    const message = `\`${key}\` is missing`;
    const fix = `add \`${key}\` here, or to \`each\``;
    reader.report(at, { code: "missing-key", value: "", message, fix });
  }
  return missing.length === 0;
}

/** The request of one test, or undefined where none can be like it. The draft is whole. */
export function understand(reader: Reader, draft: RequestDraft): UnderstoodRequest | undefined {
  const read = readRequest(describe(draft));
  if (read.ok) return read.value;
  const { message } = read.error;
  const at = placeOf(draft, read.error);
  reader.report(at, { code: "request-invalid", value: message, message, fix: "correct it" });
  return undefined;
}

function describe(draft: RequestDraft): DescribedRequest {
  const { kind, url, origin, method, headers, httpVersion, route, group } = draft;
  const own: readonly Header[] = origin === undefined ? [] : [["origin", origin.value]];
  const asked: readonly Header[] =
    kind === "request" ? [] : [["access-control-request-method", String(method?.value)]];
  return {
    method: kind === "request" ? (method?.value ?? "GET") : "OPTIONS",
    url: String(url?.value),
    headers: [...own, ...asked, ...headers],
    httpVersion: httpVersion?.value,
    route,
    group,
  };
}

/** Where the part stands that cannot be understood. */
function placeOf(draft: RequestDraft, { field }: DescriptionFault): At {
  const said = field === "header" ? undefined : draft[field];
  return said?.at ?? draft.headersAt;
}
