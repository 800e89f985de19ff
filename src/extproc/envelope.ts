import { isName, nameBytes } from "./name-bytes.ts";
import { LENGTH, Reader, utf8 } from "./protobuf.ts";
import { RecentTexts } from "./recent-texts.ts";
import {
  FILTER,
  FIRST_MEMBER,
  MAP_ENTRY,
  MEMBERS,
  type MessageName,
  PROCESSING_REQUEST,
  PROTOCOL,
  ROUTE_NAME,
  STRUCT,
  VALUE,
} from "./wire.ts";

const LAST_MEMBER = FIRST_MEMBER + MEMBERS.length - 1;

/** The attributes of the request that Envoy was configured to send; undefined: it did not send that one. */
export type Attributes = {
  readonly route: string | undefined;
  readonly protocol: string | undefined;
};

/** Where the headers of a message stand. They are there while the message is looked at, and no longer. */
export type Received = {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
};

/** A ProcessingRequest before its headers are looked at. */
export type Envelope = Received & {
  /** Undefined: the message holds no member of the union that is known here. */
  readonly message: MessageName | undefined;
  /** Undefined: the filter sends no attributes. */
  readonly attributes: Attributes | undefined;
  /** Envoy wants no answer. */
  readonly observed: boolean;
};

/** Opens a ProcessingRequest; undefined where it is malformed. Of several members of the union the last counts. */
export function readEnvelope(bytes: Uint8Array): Envelope | undefined {
  const reader = new Reader(bytes);
  let message: MessageName | undefined;
  let attributes: Attributes | undefined;
  let observed = false;
  let start = 0;
  let end = 0;
  while (reader.more()) {
    const tag = reader.tag();
    const field = tag >>> 3;
    if (field >= FIRST_MEMBER && field <= LAST_MEMBER && (tag & 7) === LENGTH) {
      const outer = reader.open();
      message = MEMBERS[field - FIRST_MEMBER];
      start = reader.at;
      end = reader.end;
      reader.close(outer);
    } else if (tag === PROCESSING_REQUEST.attributes) {
      attributes = readAttributes(reader) ?? attributes;
    } else if (tag === PROCESSING_REQUEST.observabilityMode) {
      observed = reader.varint() !== 0;
    } else {
      reader.skip(tag);
    }
  }
  return reader.failed ? undefined : { message, attributes, observed, bytes, start, end };
}

/** One entry of `attributes`: undefined where it is another filter's. */
function readAttributes(reader: Reader): Attributes | undefined {
  const entry = readEntry(reader);
  if (!isName(reader.bytes, entry.key, entry.keyEnd, FILTER_BYTES)) return undefined;
  let route: string | undefined;
  let protocol: string | undefined;
  const struct = new Reader(reader.bytes, entry.value, entry.valueEnd);
  while (struct.more()) {
    const tag = struct.tag();
    if (tag === STRUCT.fields) {
      const field = readEntry(struct);
      if (isName(struct.bytes, field.key, field.keyEnd, ROUTE_NAME_BYTES)) {
        route = readStringValue(struct, field);
      } else if (isName(struct.bytes, field.key, field.keyEnd, PROTOCOL_BYTES)) {
        protocol = readStringValue(struct, field);
      }
    } else {
      struct.skip(tag);
    }
  }
  reader.failed ||= struct.failed;
  return { route, protocol };
}

const FILTER_BYTES = nameBytes(FILTER);
const ROUTE_NAME_BYTES = nameBytes(ROUTE_NAME);
const PROTOCOL_BYTES = nameBytes(PROTOCOL);

/** Where the key and the value of an entry stand. */
type Entry = {
  readonly key: number;
  readonly keyEnd: number;
  readonly value: number;
  readonly valueEnd: number;
};

/** An entry of a map with string keys and messages as values, in whatever order they stand. */
function readEntry(reader: Reader): Entry {
  let key = 0;
  let keyEnd = 0;
  let value = 0;
  let valueEnd = 0;
  const outer = reader.open();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag !== MAP_ENTRY.key && tag !== MAP_ENTRY.value) {
      reader.skip(tag);
      continue;
    }
    const entry = reader.open();
    if (tag === MAP_ENTRY.key) {
      key = reader.at;
      keyEnd = reader.end;
    } else {
      value = reader.at;
      valueEnd = reader.end;
    }
    reader.close(entry);
  }
  reader.close(outer);
  return { key, keyEnd, value, valueEnd };
}

const TEXTS = new RecentTexts();

/** The text of a google.protobuf.Value; undefined for a value of another kind. */
function readStringValue(
  around: Reader,
  { value: start, valueEnd: end }: Entry,
): string | undefined {
  let text: string | undefined;
  const value = new Reader(around.bytes, start, end);
  while (value.more()) {
    const tag = value.tag();
    if (tag === VALUE.string) {
      const outer = value.open();
      text = isAscii(value.bytes, value.at, value.end)
        ? TEXTS.of(value.bytes, value.at, value.end)
        : utf8(value.bytes, value.at, value.end);
      value.failed ||= text === undefined;
      value.close(outer);
    } else {
      value.skip(tag);
    }
  }
  around.failed ||= value.failed;
  return text;
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    if ((bytes[at] as number) >= 0x80) return false;
  }
  return true;
}
