import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FLAG, FRAME } from "../../src/http2/frame.ts";
import { FrameReader } from "../../src/http2/frame-reader.ts";
import { type Frame, frame, hex } from "./frames.ts";

/** What is read of these chunks, each overwritten once it was read. */
function read(chunks: readonly Uint8Array[], reader: FrameReader = new FrameReader()): Frame[] {
  const frames: Frame[] = [];
  for (const chunk of chunks) {
    const copy = Buffer.from(chunk);
    reader.push(copy, 0);
    while (reader.next()) {
      const { type, flags, stream, bytes, start, end } = reader;
      frames.push({ type, flags, stream, payload: Buffer.from(bytes.subarray(start, end)) });
    }
    copy.fill(0xee);
  }
  return frames;
}

/** Cuts bytes at these places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...places.map((place) => place % (bytes.length + 1))].sort((a, b) => a - b);
  return [0, ...sorted].map((from, index) => bytes.subarray(from, sorted[index] ?? bytes.length));
}

test("frames are the same however their bytes are cut (RFC 9113 section 4.1)", () => {
  const any = fc.record({
    type: fc.integer({ min: 0, max: 255 }),
    flags: fc.integer({ min: 0, max: 255 }),
    stream: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    payload: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  });
  fc.assert(
    fc.property(fc.array(any), fc.array(fc.nat(500)), (frames, places) => {
      const bytes = Buffer.concat(
        frames.map(({ type, flags, stream, payload }) => frame(type, flags, stream, payload)),
      );
      expect(read(cut(bytes, places))).toEqual(frames);
    }),
    { numRuns: 1000 },
  );
});

test("byte for byte", () => {
  const frames = [
    frame(0, 0, 1, Buffer.from("abc")),
    frame(4, 1, 0),
    frame(6, 0, 0, Buffer.alloc(8)),
  ];
  const bytes = Buffer.concat(frames);
  expect(read(Array.from(bytes, (byte) => Buffer.of(byte)))).toEqual(read([bytes]));
});

test("a chunk is read from where it is told", () => {
  const reader = new FrameReader();
  reader.push(Buffer.concat([Buffer.alloc(5, 0xff), frame(FRAME.PING, 0, 0)]), 5);
  expect([reader.next(), reader.type, reader.next()]).toEqual([true, FRAME.PING, false]);
});

test("the first bit of a stream's number says nothing (section 4.1)", () => {
  expect(read([hex("000000 00 00 ffffffff")])).toMatchObject([{ stream: 2 ** 31 - 1 }]);
});

describe.each([
  ["at once", (bytes: Buffer): Buffer[] => [bytes]],
  ["in two chunks", (bytes: Buffer): Buffer[] => [bytes.subarray(0, 5), bytes.subarray(5)]],
  ["its head first", (bytes: Buffer): Buffer[] => [bytes.subarray(0, 9), bytes.subarray(9)]],
])("a frame that comes %s", (_, chunks) => {
  test.each([
    [16_383, 1, false],
    [16_384, 1, false],
    [16_385, 0, true],
    [2 ** 24 - 1, 0, true],
  ])("with %d bytes of payload (section 4.2)", (length, count, isTooLong) => {
    const bytes = frame(0, 0, 1, Buffer.alloc(Math.min(length, 20_000)));
    bytes.writeUIntBE(length, 0, 3);
    const reader = new FrameReader();
    expect(read(chunks(bytes), reader)).toHaveLength(count);
    expect(reader.isTooLong).toBe(isTooLong);
    expect(read([frame(0, 0, 1)], reader)).toHaveLength(isTooLong ? 0 : 1);
  });
});

function shown(flags: number, payload: Buffer, stream: number = 3): FrameReader {
  const reader = new FrameReader();
  reader.push(frame(FRAME.HEADERS, flags, stream, payload), 0);
  reader.next();
  return reader;
}

function rest({ bytes, start, end }: FrameReader): string {
  return Buffer.from(bytes.subarray(start, end)).toString();
}

describe("padding (section 6.1)", () => {
  test.each([
    ["not there", 0, "abc", true, "abc"],
    ["none", FLAG.PADDED, "\0abc", true, "abc"],
    ["some", FLAG.PADDED, "\x02abc", true, "a"],
    ["all of it", FLAG.PADDED, "\x03abc", true, ""],
    ["one byte more", FLAG.PADDED, "\x04abc", false, "abc"],
    ["nothing but its length", FLAG.PADDED, "\0", true, ""],
    ["not even its length", FLAG.PADDED, "", false, ""],
  ])("%s", (_, flags, payload, isGood, left) => {
    const reader = shown(flags, Buffer.from(payload));
    expect([reader.unpad(), rest(reader)]).toEqual([isGood, left]);
  });
});

describe("priority (section 6.3)", () => {
  test.each([
    ["on another stream", "00000001 10 61", true, "a"],
    ["on another alone", "80000001 10 61", true, "a"],
    ["on itself", "00000003 10 61", false, "a"],
    ["on itself alone", "80000003 10 61", false, "a"],
    ["cut off", "00000001", false, "\0\0\0\x01"],
  ])("%s", (_, payload, isGood, left) => {
    const reader = shown(FLAG.PRIORITY, hex(payload));
    expect([reader.skipPriority(), rest(reader)]).toEqual([isGood, left]);
  });
});
