import fc from "fast-check";
import protobuf from "protobufjs";
import { LENGTH, tagOf } from "../../src/extproc/protobuf.ts";

// Random bytes of messages, written with protobufjs and with fields in them that no one here knows.

/** A field of a number that no message in proto/ has, of every wire type that is in use. */
const unknownField: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.integer({ min: 100, max: 2 ** 29 - 1 }), fc.constantFrom(0, 1, 2, 5), fc.uint8Array())
  .map(([field, wireType, content]) => {
    const writer = protobuf.Writer.create().uint32(tagOf(field, wireType));
    switch (wireType) {
      case 0:
        return writer.uint64(content.length * 2 ** 40).finish();
      case 1:
        return writer.fixed64(1).finish();
      case 2:
        return writer.bytes(content).finish();
      default:
        return writer.fixed32(1).finish();
    }
  });

/** Fields in any order, each with unknown ones around it. */
export function message(
  ...fields: fc.Arbitrary<readonly Uint8Array[]>[]
): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.tuple(...fields), fc.array(unknownField, { maxLength: 2 }))
    .map(([known, unknown]) => Buffer.concat([...unknown, ...known.flat(), ...unknown]));
}

export function field(number: number, content: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return content.map((bytes) =>
    protobuf.Writer.create().uint32(tagOf(number, LENGTH)).bytes(bytes).finish(),
  );
}

export function repeated(one: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array[]> {
  return fc.array(one, { maxLength: 8 });
}

export function optional(one: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array[]> {
  return fc.array(one, { maxLength: 1 });
}

export function text(one: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> {
  return one.map((found) => Buffer.from(found));
}

/** protobufjs cannot read a map's entry without a value. */
export function required(one: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array[]> {
  return one.map((found) => [found]);
}
