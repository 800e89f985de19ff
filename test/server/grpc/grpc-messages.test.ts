import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  MAX_MESSAGE_LENGTH,
  MessageReader,
  prefixed,
} from "../../../src/server/grpc/grpc-messages.ts";
import { framed } from "./http2-call.ts";

/** All messages that come out of these chunks; each is copied, since it is valid until the next push. */
function readAll(chunks: readonly Buffer[]): { reader: MessageReader; messages: Buffer[] } {
  const reader = new MessageReader();
  const messages: Buffer[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let next = reader.next(); next !== undefined; next = reader.next()) {
      messages.push(Buffer.from(next));
    }
  }
  return { reader, messages };
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length];
  let start = 0;
  return ends
    .toSorted((a, b) => a - b)
    .map((end) => {
      const piece = bytes.subarray(start, end);
      start = end;
      return piece;
    });
}

describe("MessageReader", () => {
  test("gives the messages that were framed, wherever the data is cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (messages, places) => {
          const bytes = Buffer.concat(messages.map(prefixed));
          const { reader, messages: read } = readAll(cut(bytes, places));
          expect(read).toEqual(messages.map((message) => Buffer.from(message)));
          expect(reader.isOpen).toBe(false);
          expect(reader.fault).toBeUndefined();
        },
      ),
    );
  });

  test("a message of which every byte comes alone", () => {
    const message = Buffer.alloc(5000, 7);
    const bytes = prefixed(message);
    const { messages } = readAll(Array.from(bytes, (byte) => Buffer.of(byte)));
    expect(messages).toEqual([message]);
  });

  test("a message that is not copied where its chunk holds all of it", () => {
    const chunk = prefixed(Buffer.from("abc"));
    const reader = new MessageReader();
    reader.push(chunk);
    expect(reader.next()?.buffer).toBe(chunk.buffer);
  });

  test.each([
    ["a part of the prefix", framed(Buffer.from("abc")).subarray(0, 3)],
    ["the prefix alone", framed(Buffer.from("abc")).subarray(0, 5)],
    ["a part of the message", framed(Buffer.from("abc")).subarray(0, 7)],
  ])("open in the middle of a message: %s", (_, bytes) => {
    const { reader, messages } = readAll([bytes]);
    expect([reader.isOpen, messages, reader.fault]).toEqual([true, [], undefined]);
  });

  test.each([
    ["compressed", framed(Buffer.of(), 1), "UNIMPLEMENTED", "malformed"],
    ["with unknown flags", framed(Buffer.of(), 2), "INTERNAL", "malformed"],
    ["too long", framed(Buffer.of(), 0, MAX_MESSAGE_LENGTH + 1), "RESOURCE_EXHAUSTED", "too-long"],
    ["the longest of all", framed(Buffer.of(), 0, 2 ** 32 - 1), "RESOURCE_EXHAUSTED", "too-long"],
  ])("a message that is %s is refused by its prefix", (_, bytes, status, kind) => {
    const { reader, messages } = readAll([Buffer.concat([prefixed(Buffer.from("good")), bytes])]);
    expect(messages).toEqual([Buffer.from("good")]);
    expect(reader.fault).toMatchObject({ status, kind });
  });

  test("a message of the greatest length is taken", () => {
    const bytes = Buffer.from(prefixed(Buffer.alloc(MAX_MESSAGE_LENGTH, 1)));
    const { messages, reader } = readAll(cut(bytes, [16_384, 1_000_000]));
    expect(messages.map(({ length }) => length)).toEqual([MAX_MESSAGE_LENGTH]);
    expect(reader.fault).toBeUndefined();
  });
});
