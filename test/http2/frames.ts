import { ERROR } from "../../src/http2/error-code.ts";
import { encodeFields } from "../../src/http2/field-encoder.ts";
import { FLAG, FRAME } from "../../src/http2/frame.ts";
import type { Field } from "../../src/http2/static-table.ts";

// Frames as bytes and as words, by hand: what is tested neither writes nor reads them here.

/** Bytes of these digits; blanks are for the eye. */
export function hex(digits: string): Buffer {
  return Buffer.from(digits.replaceAll(" ", ""), "hex");
}

export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Uint8Array = Buffer.of(),
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export function uint32s(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [index, number] of numbers.entries()) bytes.writeUInt32BE(number, 4 * index);
  return bytes;
}

export const PREFACE: Buffer = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

export function settings(...entries: readonly (readonly [name: number, value: number])[]): Buffer {
  const payload = entries.map(([name, value]) =>
    Buffer.concat([uint32s(name).subarray(2), uint32s(value)]),
  );
  return frame(FRAME.SETTINGS, 0, 0, Buffer.concat(payload));
}

/** What every peer says first. */
export const HELLO: Buffer = Buffer.concat([PREFACE, settings()]);

export const POST: readonly Field[] = [
  [":method", "POST"],
  [":scheme", "http"],
  [":path", "/"],
];

/** A request's HEADERS with these fields after its pseudo-header fields. */
export function request(stream: number, flags: number = 0, fields: readonly Field[] = []): Buffer {
  return block(stream, flags, [...POST, ...fields]);
}

export function block(stream: number, flags: number, fields: readonly Field[]): Buffer {
  return frame(FRAME.HEADERS, FLAG.END_HEADERS | flags, stream, encodeFields(fields));
}

export function data(stream: number, content: string | Uint8Array, flags: number = 0): Buffer {
  return frame(FRAME.DATA, flags, stream, Buffer.from(content));
}

export function windowUpdate(stream: number, increment: number): Buffer {
  return frame(FRAME.WINDOW_UPDATE, 0, stream, uint32s(increment));
}

export function reset(stream: number): Buffer {
  return frame(FRAME.RST_STREAM, 0, stream, uint32s(8));
}

export function ping(payload: string, flags: number = 0): Buffer {
  return frame(FRAME.PING, flags, 0, Buffer.from(payload));
}

export type Frame = {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
};

/** Whole frames, and nothing besides: else it throws. */
export function framesOf(bytes: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  const all = Buffer.from(bytes);
  for (let at = 0; at < all.length; ) {
    const length = all.readUIntBE(at, 3);
    const end = at + 9 + length;
    if (end > all.length || length > 16_384) throw new Error("no frame");
    const payload = all.subarray(at + 9, end);
    const [type = 0, flags = 0] = all.subarray(at + 3);
    frames.push({ type, flags, stream: all.readUInt32BE(at + 5), payload });
    at = end;
  }
  return frames;
}

const ERRORS: ReadonlyMap<number, string> = new Map(
  Object.entries(ERROR).map(([name, code]) => [code, name]),
);

/** A frame in words: `DATA 1 5` is five bytes on stream 1. */
export function inWords({ type, flags, stream, payload }: Frame): string {
  const isAck = (flags & FLAG.ACK) !== 0;
  switch (type) {
    case FRAME.DATA:
      return `DATA ${stream} ${payload.length}`;
    case FRAME.HEADERS:
      return `HEADERS ${stream}${isAck ? " END" : ""}`;
    case FRAME.RST_STREAM:
      return `RST_STREAM ${stream} ${ERRORS.get(payload.readUInt32BE())}`;
    case FRAME.SETTINGS:
      return isAck ? "SETTINGS ACK" : "SETTINGS";
    case FRAME.PING:
      return `PING${isAck ? " ACK" : ""} ${payload.toString("latin1")}`;
    case FRAME.GOAWAY:
      return `GOAWAY ${payload.readUInt32BE()} ${ERRORS.get(payload.readUInt32BE(4))}`;
    case FRAME.WINDOW_UPDATE:
      return `WINDOW_UPDATE ${stream} ${payload.readUInt32BE()}`;
    default:
      throw new Error(`we send no frame of type ${type}`);
  }
}
