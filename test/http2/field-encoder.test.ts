import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FieldDecoder } from "../../src/http2/field-decoder.ts";
import { encodeFields } from "../../src/http2/field-encoder.ts";
import type { Field } from "../../src/http2/static-table.ts";
import { hex } from "./frames.ts";

describe("encodeFields (RFC 7541 section 6)", () => {
  test.each<[string, Field, string]>([
    ["name and value by index", [":status", "200"], "88"],
    ["the name by index", [":status", "405"], "0803 3430 35"],
    ["the name by an index of two bytes", ["content-type", "a"], "0f10 0161"],
    ["neither by index", ["x-a", "b"], "0003 782d 6101 62"],
    ["nothing in the value", ["x-a", ""], "0003 782d 6100"],
    ["126 bytes, whose length takes one", ["x", "a".repeat(126)], `0001 787e ${"61".repeat(126)}`],
    ["127 bytes: two", ["x", "a".repeat(127)], `0001 787f 00 ${"61".repeat(127)}`],
    ["254 bytes: two", ["x", "a".repeat(254)], `0001 787f 7f ${"61".repeat(254)}`],
    ["255 bytes: three", ["x", "a".repeat(255)], `0001 787f 8001 ${"61".repeat(255)}`],
    ["bytes above 127", ["x", "\xff"], "0001 7801 ff"],
  ])("%s", (_, field, bytes) => {
    expect(Buffer.from(encodeFields([field]))).toEqual(hex(bytes));
  });

  test("whatever is encoded is decoded, and leaves the peer's table alone", () => {
    const text = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map(character) });
    const decoder = new FieldDecoder({ fields: 1000, length: 1_000_000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), (fields) => {
        const bytes = encodeFields(fields);
        expect(decoder.decode(bytes, 0, bytes.length)).toEqual(fields);
        expect(decoder.generation).toBe(0);
      }),
    );
  });
});

function character(code: number): string {
  return String.fromCharCode(code);
}
