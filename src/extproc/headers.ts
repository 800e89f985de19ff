import type { Header } from "../cors/decision.ts";
import type { Received } from "./envelope.ts";
import { isName, nameBytes, startsWith } from "./name-bytes.ts";
import { latin1, Reader } from "./protobuf.ts";
import { RecentTexts } from "./recent-texts.ts";
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
export function readRequestHeaders({ bytes, start, end }: Received): RequestHeaders | undefined {
  const sink = new RequestSink();
  return readHeaders(new Reader(bytes, start, end), sink) ? sink.headers() : undefined;
}

/**
 * Reads the `response_headers` of a message: Vary, Timing-Allow-Origin and the CORS headers with their values, and if
 * `names` is set every other header too, with an empty value in its place. Undefined where they are malformed.
 */
export function readResponseHeaders(
  { bytes, start, end }: Received,
  names: boolean,
): readonly Header[] | undefined {
  const sink = new ResponseSink(names);
  return readHeaders(new Reader(bytes, start, end), sink) ? sink.headers : undefined;
}

/**
 * Reads one more header of a `request_headers` message that was read before, by its name in lower case: the lines of
 * that name, joined by a comma. A second look for the few who need it costs the others nothing.
 */
export function readHeader({ bytes, start, end }: Received, name: string): string | undefined {
  const sink = new OneSink(name);
  return readHeaders(new Reader(bytes, start, end), sink) ? sink.value : undefined;
}

const TEXTS = new RecentTexts();

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
      if (inner === HEADER_MAP.headers) readLine(reader, sink);
      else reader.skip(inner);
    }
    reader.close(outer);
  }
  return !reader.failed;
}

/** One HeaderValue: its raw value, or its value where that is empty. */
function readLine(reader: Reader, sink: HeaderSink): void {
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

type Candidate = { readonly place: number; readonly bytes: Uint8Array };

/** {@link READ_HEADERS} by length: most headers are passed over by that alone. */
const BY_LENGTH: readonly (readonly Candidate[])[] = byLength(READ_HEADERS);

function byLength(names: readonly string[]): Candidate[][] {
  const candidates = names.map((name, place): Candidate => ({ place, bytes: nameBytes(name) }));
  const longest = Math.max(...candidates.map(({ bytes }) => bytes.length));
  return Array.from({ length: longest + 1 }, (_, length) =>
    candidates.filter(({ bytes }) => bytes.length === length),
  );
}

const NO_VALUES: readonly (string | undefined)[] = READ_HEADERS.map(() => undefined);

class RequestSink implements HeaderSink {
  /** In the order of {@link READ_HEADERS}. */
  readonly #values: (string | undefined)[] = NO_VALUES.slice();

  take(bytes: Uint8Array, key: number, keyEnd: number, value: number, valueEnd: number): void {
    const candidates = BY_LENGTH[keyEnd - key];
    if (candidates === undefined) return;
    for (const candidate of candidates) {
      if (!startsWith(bytes, key, candidate.bytes)) continue;
      const line = TEXTS.of(bytes, value, valueEnd);
      const before = this.#values[candidate.place];
      // An empty line adds nothing; Envoy drops them too where it joins lines itself.
      this.#values[candidate.place] = before ? `${before},${line}` : line;
      return;
    }
  }

  headers(): RequestHeaders {
    const values = this.#values;
    return {
      ":method": values[0] ?? "",
      ":path": values[1] ?? "",
      ":scheme": values[2],
      ":authority": values[3],
      origin: values[4],
      upgrade: values[5],
      "sec-fetch-site": values[6],
      "x-forwarded-proto": values[7],
      "access-control-request-method": values[8],
      "access-control-request-headers": values[9],
      "access-control-request-private-network": values[10],
    };
  }
}

class OneSink implements HeaderSink {
  value: string | undefined;
  readonly #name: Uint8Array;

  constructor(name: string) {
    this.#name = nameBytes(name);
  }

  take(bytes: Uint8Array, key: number, keyEnd: number, value: number, valueEnd: number): void {
    if (!isName(bytes, key, keyEnd, this.#name)) return;
    const line = latin1(bytes, value, valueEnd);
    this.value = this.value === undefined ? line : `${this.value},${line}`;
  }
}

const CORS_PREFIX = nameBytes("access-control-");
const VARY = nameBytes("vary");
const TIMING = nameBytes("timing-allow-origin");

class ResponseSink implements HeaderSink {
  readonly headers: Header[] = [];
  readonly #names: boolean;

  constructor(names: boolean) {
    this.#names = names;
  }

  take(bytes: Uint8Array, key: number, keyEnd: number, value: number, valueEnd: number): void {
    if (isReadOfResponse(bytes, key, keyEnd)) {
      this.headers.push([TEXTS.of(bytes, key, keyEnd), TEXTS.of(bytes, value, valueEnd)]);
    } else if (this.#names) {
      this.headers.push([TEXTS.of(bytes, key, keyEnd), ""]);
    }
  }
}

function isReadOfResponse(bytes: Uint8Array, key: number, keyEnd: number): boolean {
  if (keyEnd - key > CORS_PREFIX.length && startsWith(bytes, key, CORS_PREFIX)) return true;
  return isName(bytes, key, keyEnd, VARY) || isName(bytes, key, keyEnd, TIMING);
}
