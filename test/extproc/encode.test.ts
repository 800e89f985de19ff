import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Header } from "../../src/cors/decision.ts";
import { fixedHeader } from "../../src/cors/fixed-header.ts";
import { writeImmediate, writeMetadata, writeResponseEdits } from "../../src/extproc/encode.ts";
import { Writer } from "../../src/extproc/protobuf.ts";

// What is kept of a header that many answers have must not show in any of them. That answers are right at all is
// tested with protobufjs in wire.test.ts.

const lines: fc.Arbitrary<[string, string]> = fc.tuple(
  fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 150 }),
  fc.string({ unit: "binary-ascii", maxLength: 300 }),
);

const WRITERS: readonly (readonly [string, (headers: readonly Header[]) => Uint8Array])[] = [
  [
    "an immediate response",
    (headers) => writeImmediate({ status: 200, headers, body: "text", details: "why" }),
  ],
  ["edits", (set) => writeResponseEdits({ set, remove: ["x"] })],
  ["dynamic metadata", (entries) => writeMetadata("cors", entries)],
];

describe.each(WRITERS)("%s", (_, write) => {
  test("is the same with fixed headers, the first time and again, in any company", () => {
    fc.assert(
      fc.property(fc.array(lines, { minLength: 1, maxLength: 6 }), lines, (all, other) => {
        const plain = write(all);
        const fixed = all.map(([name, value]) => fixedHeader(name, value));
        expect(write(fixed)).toEqual(plain);
        expect(write(fixed)).toEqual(plain);
        expect(write([other, ...fixed])).toEqual(write([other, ...all]));
        expect(write(fixed.toReversed())).toEqual(write(all.toReversed()));
      }),
    );
  });

  test("stays as it is whatever is written after it", () => {
    const first = write([["name", "value"]]);
    const copy = Buffer.from(first);
    for (let count = 0; count < 5000; count += 1) write([["another", "text".repeat(20)]]);
    expect(Buffer.from(first)).toEqual(copy);
  });
});

test.each([0, 10, 65_536, 200_000])("a writer with room for %d bytes", (capacity) => {
  const writer = new Writer(capacity);
  const text = "a".repeat(100_000);
  writer.text(10, text);
  writer.bytes(Buffer.from("tail"));
  const written = Buffer.from(writer.finish()).toString("latin1");
  expect(written.startsWith("tail\n")).toBe(true);
  expect(written.endsWith(text)).toBe(true);
  expect(Buffer.from(writer.since(writer.length)).length).toBe(0);
  expect(Buffer.from(writer.since(0))).toEqual(Buffer.from(writer.finish()));
});
