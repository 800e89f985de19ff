import type { Header } from "../../cors/decision.ts";
import { LENGTH, Reader, tagOf, utf8, Writer } from "../../extproc/protobuf.ts";
import {
  ANSWER,
  FILTER,
  FIRST_MEMBER,
  HEADER_MAP,
  HEADER_VALUE,
  HTTP_HEADERS,
  HTTP_STATUS,
  IMMEDIATE_RESPONSE,
  MAP_ENTRY,
  PROCESSING_REQUEST,
  PROCESSING_RESPONSE,
  PROTOCOL,
  ROUTE_NAME,
  STRUCT,
  VALUE,
} from "../../extproc/wire.ts";

/** `.invalid` belongs to nobody (RFC 2606), so that the probe is recognised in a log. */
export const PROBE_ORIGIN = "https://corsd-probe.invalid";

const HEADERS: readonly Header[] = [
  [":method", "OPTIONS"],
  [":scheme", "https"],
  [":authority", "corsd-probe.invalid"],
  [":path", "/"],
  ["origin", PROBE_ORIGIN],
  ["access-control-request-method", "GET"],
];

/** What a document can need; without a route name no named route matched. */
const ATTRIBUTES: readonly Header[] = [
  [ROUTE_NAME, ""],
  [PROTOCOL, "HTTP/2"],
];

/** A preflight as Envoy shows it: the first message of an exchange. */
export function writeProbe(): Uint8Array {
  const writer = new Writer(512);
  for (const [name, text] of ATTRIBUTES) {
    const mark = writer.length;
    writer.text(VALUE.string, text);
    writer.wrap(MAP_ENTRY.value, mark);
    writer.text(MAP_ENTRY.key, name);
    writer.wrap(STRUCT.fields, mark);
  }
  writer.wrap(MAP_ENTRY.value, 0);
  writer.text(MAP_ENTRY.key, FILTER);
  writer.wrap(PROCESSING_REQUEST.attributes, 0);
  const afterAttributes = writer.length;
  for (const [name, value] of HEADERS.toReversed()) {
    const mark = writer.length;
    writer.text(HEADER_VALUE.rawValue, value);
    writer.text(HEADER_VALUE.key, name);
    writer.wrap(HEADER_MAP.headers, mark);
  }
  writer.wrap(HTTP_HEADERS.headers, afterAttributes);
  writer.wrap(tagOf(FIRST_MEMBER, LENGTH), afterAttributes);
  return writer.finish();
}

/** The answer to it in words; undefined where it is none. */
export function readProbeAnswer(bytes: Uint8Array): string | undefined {
  const reader = new Reader(bytes);
  let found: string | undefined;
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === PROCESSING_RESPONSE.immediateResponse) {
      const outer = reader.open();
      found = readImmediate(reader);
      reader.close(outer);
    } else {
      if (tag === ANSWER.request_headers) found = "passed on to the service";
      reader.skip(tag);
    }
  }
  return reader.failed ? undefined : found;
}

function readImmediate(reader: Reader): string {
  let status = 0;
  let details = "";
  while (reader.more()) {
    const tag = reader.tag();
    if (tag !== IMMEDIATE_RESPONSE.status && tag !== IMMEDIATE_RESPONSE.details) {
      reader.skip(tag);
      continue;
    }
    const outer = reader.open();
    if (tag === IMMEDIATE_RESPONSE.status) status = readCode(reader);
    else details = utf8(reader.bytes, reader.at, reader.end) ?? "";
    reader.close(outer);
  }
  return `answered with ${status} (${details})`;
}

function readCode(reader: Reader): number {
  let code = 0;
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === HTTP_STATUS.code) code = reader.varint();
    else reader.skip(tag);
  }
  return code;
}
