import { describe, expect, test } from "vitest";
import { ERROR } from "../../src/http2/error-code.ts";
import { FLAG, FRAME } from "../../src/http2/frame.ts";
import { FrameWriter } from "../../src/http2/frame-writer.ts";
import { framesOf, hex, inWords } from "./frames.ts";

describe("frames as they stand on the wire (RFC 9113 section 6)", () => {
  test.each<[string, (writer: FrameWriter) => void, string]>([
    [
      "DATA",
      (writer) => writer.frame(FRAME.DATA, 0, 1, Buffer.from("ab")),
      "000002 00 00 00000001 6162",
    ],
    [
      "the highest stream",
      (writer) => writer.frame(FRAME.HEADERS, FLAG.END_HEADERS, 2 ** 31 - 1, Buffer.of()),
      "000000 01 04 7fffffff",
    ],
    [
      "RST_STREAM",
      (writer) => writer.rstStream(0x01020304, ERROR.STREAM_CLOSED),
      "000004 03 00 01020304 00000005",
    ],
    [
      "WINDOW_UPDATE",
      (writer) => writer.windowUpdate(0, 2 ** 31 - 1),
      "000004 08 00 00000000 7fffffff",
    ],
    [
      "GOAWAY",
      (writer) => writer.goAway(5, ERROR.NO_ERROR),
      "000008 07 00 00000000 00000005 00000000",
    ],
    [
      "SETTINGS",
      (writer) =>
        writer.settings([
          [3, 100_000],
          [0x102, 0xffff_ffff],
        ]),
      "00000c 04 00 00000000 0003 000186a0 0102 ffffffff",
    ],
    ["its acknowledgement", (writer) => writer.settingsAck(), "000000 04 01 00000000"],
  ])("%s", (_, write, bytes) => {
    const writer = new FrameWriter();
    write(writer);
    expect(Buffer.from(writer.take())).toEqual(hex(bytes));
  });
});

describe("what is collected", () => {
  test("goes out once, as bytes of its own", () => {
    const writer = new FrameWriter();
    expect(writer.isEmpty).toBe(true);
    writer.windowUpdate(1, 1);
    expect(writer.isEmpty).toBe(false);
    const first = writer.take();
    expect(writer.isEmpty).toBe(true);
    writer.windowUpdate(3, 3);
    writer.take();
    expect(framesOf(first).map(inWords)).toEqual(["WINDOW_UPDATE 1 1"]);
  });

  test.each([16_384 - 9, 16_384 - 8, 16_384])(
    "grows with a payload of %d bytes, and goes on",
    (length) => {
      const writer = new FrameWriter();
      for (let round = 0; round < 3; round += 1) {
        for (const stream of [1, 3, 5]) {
          writer.frame(FRAME.DATA, 0, stream, Buffer.alloc(length, stream));
        }
        const frames = framesOf(writer.take());
        expect(frames.map(inWords)).toEqual([1, 3, 5].map((stream) => `DATA ${stream} ${length}`));
        expect(
          frames.every(({ stream, payload }) => payload.every((byte) => byte === stream)),
        ).toBe(true);
      }
    },
  );
});
