import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeHuffman } from "../../src/http2/huffman.ts";
import { hex } from "./frames.ts";
import { digitsOf, END_OF_STRING, packed } from "./huffman-codes.ts";

function decode(bytes: Uint8Array): string | undefined {
  return decodeHuffman(bytes, 0, bytes.length);
}

describe("decodeHuffman (RFC 7541 section 5.2)", () => {
  test.each([
    ["f1e3 c2e5 f23a 6ba0 ab90 f4ff", "www.example.com"],
    ["a8eb 1064 9cbf", "no-cache"],
    ["25a8 49e9 5ba9 7d7f", "custom-key"],
    ["25a8 49e9 5bb8 e8b4 bf", "custom-value"],
    ["6402", "302"],
    ["aec3 771a 4b", "private"],
    ["d07a be94 1054 d444 a820 0595 040b 8166 e082 a62d 1bff", "Mon, 21 Oct 2013 20:13:21 GMT"],
    ["9d29 ad17 1863 c78f 0b97 c8e9 ae82 ae43 d3", "https://www.example.com"],
    ["", ""],
  ])("the examples of appendix C.4 and C.6: %s is %j", (bytes, text) => {
    expect(decode(hex(bytes))).toBe(text);
  });

  test("every byte has the code that appendix B lists", () => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    expect(decode(packed(digitsOf(all)))).toBe(Buffer.from(all).toString("latin1"));
  });

  test("any bytes, in the middle of others", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (bytes, around) => {
        const code = packed(digitsOf(bytes));
        const whole = Buffer.concat([around, code, around]);
        const start = around.length;
        expect(decodeHuffman(whole, start, start + code.length)).toBe(
          Buffer.from(bytes).toString("latin1"),
        );
      }),
    );
  });

  test("what decodes is a code and its padding, and nothing else does", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        const text = decode(bytes);
        const again =
          text === undefined ? undefined : packed(digitsOf(Buffer.from(text, "latin1")));
        expect(again ?? Buffer.from(bytes)).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  const A = digitsOf(Buffer.from("a"));
  test.each([
    // "X" takes 8 bits, "&" too, ":" 7, "a" 5.
    ["no padding at all", digitsOf(Buffer.from("X")), "X"],
    ["1 one pads", `${digitsOf(Buffer.from(":"))}1`, ":"],
    ["7 ones pad", `${digitsOf(Buffer.from("aaaaa"))}1111111`, "aaaaa"],
    ["8 ones are no padding", `${digitsOf(Buffer.from("X"))}11111111`, undefined],
    ["11 ones are no padding", `${A}${"1".repeat(11)}`, undefined],
    ["a zero is no padding", `${A}110`, undefined],
    ["a code that is cut off is no padding", `${A}101`, undefined],
    ["the end of a string stands nowhere", `${A}${END_OF_STRING}11111`, undefined],
  ])("%s", (_, digits, text) => {
    expect(decode(packed(digits))).toBe(text);
  });
});
