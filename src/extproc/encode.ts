import type { Header } from "../cors/decision.ts";
import type { HeaderEdits } from "../cors/edits.ts";
import { isFixed } from "../cors/fixed-header.ts";
import { Writer } from "./protobuf.ts";
import {
  ANSWER,
  COMMON_RESPONSE,
  HEADER_MUTATION,
  HEADER_VALUE,
  HEADER_VALUE_OPTION,
  HEADERS_RESPONSE,
  HTTP_STATUS,
  IMMEDIATE_RESPONSE,
  MAP_ENTRY,
  type MessageName,
  PROCESSING_RESPONSE,
  STRUCT,
  VALUE,
} from "./wire.ts";

// Answers. Texts that go out are ASCII: the bytes of a string are its characters.

/** For each message the answer that changes nothing: the matching member, empty, which is CONTINUE. */
export const CONTINUE: { readonly [name in MessageName]: Uint8Array } = {
  request_headers: emptyAnswer("request_headers"),
  response_headers: emptyAnswer("response_headers"),
  request_body: emptyAnswer("request_body"),
  response_body: emptyAnswer("response_body"),
  request_trailers: emptyAnswer("request_trailers"),
  response_trailers: emptyAnswer("response_trailers"),
};

function emptyAnswer(to: MessageName): Uint8Array {
  return Uint8Array.of(ANSWER[to], 0);
}

/** An answer that is not the service's; Envoy sends it and the service is not reached. */
export type Immediate = {
  readonly status: number;
  readonly headers: readonly Header[];
  /** ASCII. */
  readonly body: string | undefined;
  /** ASCII without blanks: it becomes Envoy's response code details. */
  readonly details: string;
};

/** Bytes around one header or entry: tags and lengths. */
const PER_HEADER = 20;
/** Bytes around everything else. */
const PER_MESSAGE = 64;

export function writeImmediate({ status, headers, body = "", details }: Immediate): Uint8Array {
  const writer = new Writer(PER_MESSAGE + body.length + details.length + spaceFor(headers));
  writer.text(IMMEDIATE_RESPONSE.details, details);
  if (body !== "") writer.text(IMMEDIATE_RESPONSE.body, body);
  const afterHeaders = writer.length;
  writeAll(writer, headers, setHeader);
  writer.wrap(IMMEDIATE_RESPONSE.headers, afterHeaders);
  const afterStatus = writer.length;
  writer.number(HTTP_STATUS.code, status);
  writer.wrap(IMMEDIATE_RESPONSE.status, afterStatus);
  writer.wrap(PROCESSING_RESPONSE.immediateResponse, 0);
  return writer.finish();
}

/** CONTINUE with edits of the response's headers: each set replaces every line of its name. */
export function writeResponseEdits({ set, remove }: HeaderEdits): Uint8Array {
  if (set.length === 0 && remove.length === 0) return CONTINUE.response_headers;
  let space = PER_MESSAGE + spaceFor(set);
  for (const name of remove) space += name.length + PER_HEADER;
  const writer = new Writer(space);
  for (const name of remove.toReversed()) writer.text(HEADER_MUTATION.removeHeaders, name);
  writeAll(writer, set, setHeader);
  writer.wrap(COMMON_RESPONSE.headerMutation, 0);
  writer.wrap(HEADERS_RESPONSE.response, 0);
  writer.wrap(ANSWER.response_headers, 0);
  return writer.finish();
}

/** CONTINUE to the request, with dynamic metadata: one namespace of strings. */
export function writeMetadata(namespace: string, entries: readonly Header[]): Uint8Array {
  if (entries.length === 0) return CONTINUE.request_headers;
  const writer = new Writer(PER_MESSAGE + namespace.length + spaceFor(entries));
  writeAll(writer, entries, entry);
  writer.wrap(VALUE.struct, 0);
  writer.wrap(MAP_ENTRY.value, 0);
  writer.text(MAP_ENTRY.key, namespace);
  writer.wrap(STRUCT.fields, 0);
  writer.wrap(PROCESSING_RESPONSE.dynamicMetadata, 0);
  writer.wrap(ANSWER.request_headers, writer.length);
  return writer.finish();
}

/** `append` stays unset: Envoy then replaces. `raw_value`, because Envoy makes an empty header of a `value`. */
function writeSetHeader(writer: Writer, [name, value]: Header): void {
  const mark = writer.length;
  writer.text(HEADER_VALUE.rawValue, value);
  writer.text(HEADER_VALUE.key, name);
  writer.wrap(HEADER_VALUE_OPTION.header, mark);
  writer.wrap(HEADER_MUTATION.setHeaders, mark);
}

/** One entry of a Struct, a string. */
function writeEntry(writer: Writer, [key, value]: Header): void {
  const mark = writer.length;
  writer.text(VALUE.string, value);
  writer.wrap(MAP_ENTRY.value, mark);
  writer.text(MAP_ENTRY.key, key);
  writer.wrap(STRUCT.fields, mark);
}

type WriteOne = (writer: Writer, header: Header) => void;

/** The same, but what is written of a header that many answers have is kept and copied. */
function keeping(write: WriteOne): WriteOne {
  const kept = new WeakMap<Header, Uint8Array>();
  return (writer, header) => {
    const bytes = kept.get(header);
    if (bytes !== undefined) {
      writer.bytes(bytes);
    } else {
      const mark = writer.length;
      write(writer, header);
      if (isFixed(header)) kept.set(header, writer.since(mark));
    }
  };
}

const setHeader = keeping(writeSetHeader);
const entry = keeping(writeEntry);

/** In their order; a message is written back to front. */
function writeAll(writer: Writer, headers: readonly Header[], write: WriteOne): void {
  for (let index = headers.length - 1; index >= 0; index -= 1) {
    write(writer, headers[index] as Header);
  }
}

function spaceFor(headers: readonly Header[]): number {
  let space = 0;
  for (const [name, value] of headers) space += name.length + value.length + PER_HEADER;
  return space;
}
