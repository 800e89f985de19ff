import { describe, expect, test } from "vitest";
import { encodeFields } from "../../src/http2/field-encoder.ts";
import { HeadReader } from "../../src/http2/head-reader.ts";
import type { Field } from "../../src/http2/static-table.ts";
import { hex, POST } from "./frames.ts";

const LIMITS = { fields: 128, length: 65_536 };

function read(reader: HeadReader, bytes: Uint8Array): unknown {
  return reader.read(bytes, 0, bytes.length);
}

function keep(reader: HeadReader, bytes: Uint8Array): boolean {
  return reader.keep(bytes, 0, bytes.length);
}

describe("a block in parts (RFC 9113 section 6.10)", () => {
  test("is read as one, wherever it is cut; the next starts afresh", () => {
    const block = encodeFields(POST);
    const cuts = Array.from(block, (_, at) => at);
    const reader = new HeadReader(LIMITS);
    for (const cut of cuts) {
      const kept = Buffer.from(block.subarray(0, cut));
      expect(keep(reader, kept)).toBe(true);
      kept.fill(0);
      expect(read(reader, block.subarray(cut))).toEqual(POST);
      expect(read(reader, block)).toEqual(POST);
    }
  });

  test.each([
    [31, true],
    [32, true],
    [33, false],
  ])("%d parts, more of which come: %j", (count, isKept) => {
    const reader = new HeadReader(LIMITS);
    const kept = Array.from({ length: count }, () => keep(reader, Buffer.of()));
    expect(kept.at(-1)).toBe(isKept);
  });

  test.each([
    [131_071, true],
    [131_072, true],
    [131_073, false],
  ])("%d bytes, more of which come: %j", (length, isKept) => {
    const reader = new HeadReader(LIMITS);
    expect(keep(reader, Buffer.alloc(131_000))).toBe(true);
    expect(keep(reader, Buffer.alloc(length - 131_000))).toBe(isKept);
  });
});

/** Adds `a: VALUE` to the table (RFC 7541 section 6.2.1). */
const adding = (value: string): Buffer => hex(`4001 6101 ${Buffer.from(value).toString("hex")}`);
const NEWEST = hex("be");

describe("what was read before is given again", () => {
  test("where the same bytes mean the same", () => {
    const reader = new HeadReader(LIMITS);
    const block = encodeFields(POST);
    const fields = read(reader, block);
    expect(read(reader, Buffer.from(block))).toBe(fields);
  });

  test("whatever becomes of the memory that it came in", () => {
    const reader = new HeadReader(LIMITS);
    const block = Buffer.from(encodeFields(POST));
    read(reader, block);
    block.fill(0x82);
    expect(read(reader, block)).not.toEqual(POST);
  });

  test("not where other bytes of that length come", () => {
    const reader = new HeadReader(LIMITS);
    expect(read(reader, hex("82"))).toEqual([[":method", "GET"]]);
    expect(read(reader, hex("83"))).toEqual([[":method", "POST"]]);
  });

  test("not where an index has come to mean another field", () => {
    const reader = new HeadReader(LIMITS);
    read(reader, adding("1"));
    expect(read(reader, NEWEST)).toEqual([["a", "1"]]);
    read(reader, adding("2"));
    expect(read(reader, NEWEST)).toEqual([["a", "2"]]);
  });

  test("not where it was malformed", () => {
    const reader = new HeadReader(LIMITS);
    expect(read(reader, NEWEST)).toBe("malformed");
    expect(read(reader, NEWEST)).toBe("malformed");
  });

  test("a block that fills the table is read each time", () => {
    const reader = new HeadReader(LIMITS);
    read(reader, adding("1"));
    read(reader, adding("1"));
    expect(read(reader, hex("bf be"))).toEqual([
      ["a", "1"],
      ["a", "1"],
    ]);
  });

  test("a change of the table's size counts each time (RFC 7541 section 4.2)", () => {
    const reader = new HeadReader(LIMITS);
    const emptied = hex("20 82");
    // Too long to be remembered, so that the block before it stays so.
    const refilled = Buffer.concat([hex("3fe1 1f"), encodeFields([["b", "c".repeat(600)]])]);
    read(reader, emptied);
    read(reader, emptied);
    read(reader, refilled);
    read(reader, emptied);
    read(reader, adding("1"));
    expect(read(reader, NEWEST)).toBe("malformed");
  });

  const long = (length: number): Field => ["a", "b".repeat(length - 6)];

  test.each([
    [511, true],
    [512, true],
    [513, false],
  ])("a block of %d bytes is remembered: %j", (length, isSame) => {
    const reader = new HeadReader(LIMITS);
    const block = encodeFields([long(length)]);
    expect(block).toHaveLength(length);
    const fields = read(reader, block);
    expect(read(reader, block) === fields).toBe(isSame);
  });
});

describe("headOf", () => {
  const reader = new HeadReader(LIMITS);

  test("makes one head of the fields that come again", () => {
    const fields = read(reader, encodeFields(POST)) as Field[];
    const head = reader.headOf(fields);
    expect(head).toMatchObject({ method: "POST", path: "/" });
    expect(reader.headOf(read(reader, encodeFields(POST)) as Field[])).toBe(head);
  });

  test("makes one of any other fields", () => {
    expect(reader.headOf([...POST, ["a", "b"]])?.headers.get("a")).toBe("b");
  });

  test("says that they are malformed, each time", () => {
    const fields = read(reader, hex("82")) as Field[];
    expect(reader.headOf(fields)).toBeUndefined();
    expect(reader.headOf(fields)).toBeUndefined();
  });
});
