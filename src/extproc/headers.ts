import type { Header } from "../cors/decision.ts";
import type { Envelope } from "./envelope.ts";
import { latin1, Reader } from "./protobuf.ts";
import { HEADER_MAP, HEADER_VALUE, HTTP_HEADERS } from "./wire.ts";

/** The request headers that a decision looks at, by the name each has on the wire. All others are passed over. */
const READ_HEADERS = [
  ":method",
  ":path",
  ":scheme",
  ":authority",
  "origin",
  "upgrade",
  "sec-fetch-site",
  "x-forwarded-proto",
  "access-control-request-method",
  "access-control-request-headers",
  "access-control-request-private-network",
] as const;

export type ReadHeader = (typeof READ_HEADERS)[number];

/**
 * Values as received, a byte a character, lines of one name joined by a comma; undefined: the header is not there.
 * Method and path are never empty where they are there.
 */
export type RequestHeaders = {
  [name in ReadHeader]: name extends ":method" | ":path" ? string : string | undefined;
};

/** Reads the `request_headers` of a message; undefined where they are malformed. */
export function readRequestHeaders(
  bytes: Uint8Array,
  { start, end }: Envelope,
): RequestHeaders | undefined {
  const sink = new RequestSink();
  return readHeaders(new Reader(bytes, start, end), sink) ? sink.headers : undefined;
}

/**
 * Reads the `response_headers` of a message: Vary, Timing-Allow-Origin and the CORS headers with their values, and if
 * `names` is set every other header too, with an empty value in its place. Undefined where they are malformed.
 */
export function readResponseHeaders(
  bytes: Uint8Array,
  { start, end }: Envelope,
  names: boolean,
): readonly Header[] | undefined {
  const sink = new ResponseSink(names);
  return readHeaders(new Reader(bytes, start, end), sink) ? sink.headers : undefined;
}

/** Takes headers by where they stand, so that no string is made of one that nobody wants. */
type HeaderSink = {
  take(bytes: Uint8Array, key: number, keyEnd: number, value: number, valueEnd: number): void;
};

function readHeaders(reader: Reader, sink: HeaderSink): boolean {
  while (reader.more()) {
    const tag = reader.tag();
    if (tag !== HTTP_HEADERS.headers) {
      reader.skip(tag);
      continue;
    }
    const outer = reader.open();
    while (reader.more()) {
      const inner = reader.tag();
      if (inner === HEADER_MAP.headers) readHeader(reader, sink);
      else reader.skip(inner);
    }
    reader.close(outer);
  }
  return !reader.failed;
}

/** One HeaderValue: its raw value, or its value where that is empty. */
function readHeader(reader: Reader, sink: HeaderSink): void {
  let key = 0;
  let keyEnd = 0;
  let value = 0;
  let valueEnd = 0;
  let raw = 0;
  let rawEnd = 0;
  const outer = reader.open();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag !== HEADER_VALUE.key && tag !== HEADER_VALUE.value && tag !== HEADER_VALUE.rawValue) {
      reader.skip(tag);
      continue;
    }
    const around = reader.open();
    if (tag === HEADER_VALUE.key) {
      key = reader.at;
      keyEnd = reader.end;
    } else if (tag === HEADER_VALUE.rawValue) {
      raw = reader.at;
      rawEnd = reader.end;
    } else {
      value = reader.at;
      valueEnd = reader.end;
    }
    reader.close(around);
  }
  reader.close(outer);
  if (reader.failed) return;
  if (rawEnd > raw) sink.take(reader.bytes, key, keyEnd, raw, rawEnd);
  else sink.take(reader.bytes, key, keyEnd, value, valueEnd);
}

/** A header name as bytes, to be compared without making a string. */
type Name<T extends string = string> = { readonly name: T; readonly bytes: Uint8Array };

function asBytes<T extends string>(name: T): Name<T> {
  return { name, bytes: Uint8Array.from(name, (character) => character.charCodeAt(0)) };
}

/** True where the bytes from `start` on are those of the name. They differ mostly at the end: it is looked at first. */
function startsWith(bytes: Uint8Array, start: number, { bytes: name }: Name): boolean {
  for (let at = name.length - 1; at >= 0; at -= 1) {
    if (bytes[start + at] !== name[at]) return false;
  }
  return true;
}

/** {@link READ_HEADERS} by length: most headers are passed over by that alone. */
const READ_BY_LENGTH: ReadonlyMap<number, readonly Name<ReadHeader>[]> = byLength(
  READ_HEADERS.map((name) => asBytes(name)),
);

function byLength<T extends string>(names: readonly Name<T>[]): Map<number, Name<T>[]> {
  const lengths = new Set(names.map(({ bytes }) => bytes.length));
  return new Map(
    Array.from(lengths, (length) => [length, names.filter(({ bytes }) => bytes.length === length)]),
  );
}

class RequestSink implements HeaderSink {
  readonly headers: RequestHeaders = {
    ":method": "",
    ":path": "",
    ":scheme": undefined,
    ":authority": undefined,
    origin: undefined,
    upgrade: undefined,
    "sec-fetch-site": undefined,
    "x-forwarded-proto": undefined,
    "access-control-request-method": undefined,
    "access-control-request-headers": undefined,
    "access-control-request-private-network": undefined,
  };

  take(bytes: Uint8Array, key: number, keyEnd: number, value: number, valueEnd: number): void {
    const candidates = READ_BY_LENGTH.get(keyEnd - key);
    if (candidates === undefined) return;
    for (const candidate of candidates) {
      if (!startsWith(bytes, key, candidate)) continue;
      const line = latin1(bytes, value, valueEnd);
      const before = this.headers[candidate.name];
      // An empty line adds nothing; Envoy drops them too where it joins lines itself.
      this.headers[candidate.name] = before ? `${before},${line}` : line;
      return;
    }
  }
}

const CORS_PREFIX = asBytes("access-control-");
const READ_RESPONSE: readonly Name[] = [asBytes("vary"), asBytes("timing-allow-origin")];

class ResponseSink implements HeaderSink {
  readonly headers: Header[] = [];
  readonly #names: boolean;

  constructor(names: boolean) {
    this.#names = names;
  }

  take(bytes: Uint8Array, key: number, keyEnd: number, value: number, valueEnd: number): void {
    if (isReadOfResponse(bytes, key, keyEnd)) {
      this.headers.push([latin1(bytes, key, keyEnd), latin1(bytes, value, valueEnd)]);
    } else if (this.#names) {
      this.headers.push([latin1(bytes, key, keyEnd), ""]);
    }
  }
}

function isReadOfResponse(bytes: Uint8Array, key: number, keyEnd: number): boolean {
  const length = keyEnd - key;
  if (length > CORS_PREFIX.bytes.length && startsWith(bytes, key, CORS_PREFIX)) return true;
  return READ_RESPONSE.some((name) => length === name.bytes.length && startsWith(bytes, key, name));
}
