import fc from "fast-check";
import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import { LENGTH, latin1, Reader, tagOf, utf8, VARINT, Writer } from "../../src/extproc/protobuf.ts";

describe("varint", () => {
  test.each([
    ["00", 0],
    ["7f", 127],
    ["8001", 128],
    ["ac02", 300],
    ["8000", 0],
    ["ffffffff0f", 0xffff_ffff],
    ["ffffffffffffff0f", 2 ** 53 - 1],
  ])("%s is %d", (hex, value) => {
    const reader = new Reader(Buffer.from(hex, "hex"));
    expect([reader.varint(), reader.failed, reader.more()]).toEqual([value, false, false]);
  });

  test.each([["", "80", "ffffff", "8080808080808080808000"]].flat())("%s is malformed", (hex) => {
    const reader = new Reader(Buffer.from(hex, "hex"));
    expect([reader.varint(), reader.failed]).toEqual([0, true]);
  });

  test("ten bytes are the most", () => {
    const reader = new Reader(Buffer.from("80808080808080808001", "hex"));
    expect([reader.varint(), reader.failed]).toEqual([2 ** 63, false]);
  });
});

describe("tag", () => {
  test.each([
    ["08", 8, false],
    ["ffffffff0f", 0xffff_ffff, false],
    ["00", 0, true],
    ["07", 7, true],
    ["8080808010", 0x1_0000_0000, true],
  ])("%s", (hex, tag, failed) => {
    const reader = new Reader(Buffer.from(hex, "hex"));
    expect([reader.tag(), reader.failed]).toEqual([tag, failed]);
  });
});

describe("skip", () => {
  test.each([
    ["a varint", 0, "9601", false],
    ["a varint that is cut", 0, "96", true],
    ["eight bytes", 1, "0102030405060708", false],
    ["eight bytes, one missing", 1, "01020304050607", true],
    ["a length", 2, "03010203", false],
    ["a length, one missing", 2, "030102", true],
    ["a group's start", 3, "", true],
    ["a group's end", 4, "", true],
    ["four bytes", 5, "01020304", false],
    ["four bytes, one missing", 5, "010203", true],
    ["wire type 6", 6, "", true],
    ["wire type 7", 7, "", true],
  ])("%s", (_, wireType, hex, failed) => {
    const reader = new Reader(Buffer.from(hex, "hex"));
    reader.skip(tagOf(1, wireType));
    expect(reader.failed).toBe(failed);
    expect(reader.more()).toBe(false);
  });
});

describe("open and close", () => {
  test("stay within the message inside", () => {
    const reader = new Reader(Buffer.from("0208010801", "hex"));
    const outer = reader.open();
    expect([reader.at, reader.end]).toEqual([1, 3]);
    reader.close(outer);
    expect([reader.at, reader.end, reader.tag(), reader.varint()]).toEqual([3, 5, 8, 1]);
  });

  test("a message that is longer than the one around it is malformed", () => {
    const reader = new Reader(Buffer.from("0408010801", "hex"), 0, 4);
    reader.close(reader.open());
    expect([reader.failed, reader.more()]).toEqual([true, false]);
  });
});

describe("latin1", () => {
  test("one character a byte, at every length around the limits", () => {
    const bytes = Uint8Array.from({ length: 20_000 }, (_, index) => index % 256);
    const lengths = [0, 1, 7, 8, 9, 15, 16, 17, 20_000];
    expect(lengths.map((length) => latin1(bytes, 0, length))).toEqual(
      lengths.map((length) => Buffer.from(bytes).toString("latin1", 0, length)),
    );
    expect(latin1(bytes, 65, 68)).toBe("ABC");
  });
});

const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return STRICT.decode(bytes);
  } catch {
    return undefined;
  }
}

describe("utf8", () => {
  test("is what it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const bytes = Buffer.from(text);
        expect(utf8(bytes, 0, bytes.length)).toBe(text);
      }),
    );
  });

  test("of all bytes, accepts what a strict decoder accepts", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6 }), (bytes) => {
        expect(utf8(bytes, 0, bytes.length)).toBe(decodeStrictly(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  test.each(["100%", "%41", "%"])("percent signs stay: %s", (text) => {
    expect(utf8(Buffer.from(text), 0, text.length)).toBe(text);
  });
});

describe("Writer", () => {
  test.each([0, 1, 64, 4096])("with room for %d bytes at first", (capacity) => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 2000 }), fc.string({ unit: "binary-ascii" }))),
        fc.integer({ min: 0, max: 2 ** 31 - 1 }),
        (texts, number) => {
          const writer = new Writer(capacity);
          for (const [field, text] of texts.toReversed()) writer.text(tagOf(field, LENGTH), text);
          writer.wrap(tagOf(2, LENGTH), 0);
          writer.number(tagOf(1, VARINT), number);
          const oracle = protobuf.Writer.create().uint32(8).uint32(number).uint32(18).fork();
          for (const [field, text] of texts) oracle.uint32(tagOf(field, LENGTH)).string(text);
          expect(Buffer.from(writer.finish())).toEqual(Buffer.from(oracle.ldelim().finish()));
        },
      ),
    );
  });

  test("a text is one byte a character", () => {
    const writer = new Writer(8);
    writer.text(tagOf(1, LENGTH), "\u00e9");
    expect(Buffer.from(writer.finish()).toString("hex")).toBe("0a01e9");
  });

  test("wraps only what came after the mark", () => {
    const writer = new Writer(64);
    writer.number(8, 1);
    const mark = writer.length;
    writer.number(8, 2);
    writer.wrap(tagOf(2, LENGTH), mark);
    expect(Buffer.from(writer.finish()).toString("hex")).toBe("1202" + "0802" + "0801");
  });
});
