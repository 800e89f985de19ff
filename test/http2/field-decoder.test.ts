import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DecodedFields, FieldDecoder } from "../../src/http2/field-decoder.ts";
import { encodeFields } from "../../src/http2/field-encoder.ts";
import { type Field, STATIC_TABLE } from "../../src/http2/static-table.ts";
import { hex } from "./frames.ts";

const LIMITS = { fields: 128, length: 65_536 };

function decodeWith(decoder: FieldDecoder, bytes: Uint8Array): DecodedFields {
  return decoder.decode(bytes, 0, bytes.length);
}

function decode(bytes: Uint8Array): DecodedFields {
  return decodeWith(new FieldDecoder(LIMITS), bytes);
}

/** Lines of `name: value`. */
function lines(fields: DecodedFields): readonly string[] | string {
  return typeof fields === "string" ? fields : fields.map(([name, value]) => `${name}: ${value}`);
}

describe("the examples of RFC 7541 appendix C", () => {
  test.each([
    [
      "C.2.1",
      "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572",
      "custom-key: custom-header",
    ],
    ["C.2.2", "040c 2f73 616d 706c 652f 7061 7468", ":path: /sample/path"],
    ["C.2.3", "1008 7061 7373 776f 7264 0673 6563 7265 74", "password: secret"],
    ["C.2.4", "82", ":method: GET"],
  ])("%s: one field", (_, bytes, line) => {
    expect(lines(decode(hex(bytes)))).toEqual([line]);
  });

  const FIRST = [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"];
  const REQUESTS = [
    FIRST,
    [...FIRST, "cache-control: no-cache"],
    [
      ":method: GET",
      ":scheme: https",
      ":path: /index.html",
      ":authority: www.example.com",
      "custom-key: custom-value",
    ],
  ];
  const RESPONSE = [
    "cache-control: private",
    "date: Mon, 21 Oct 2013 20:13:21 GMT",
    "location: https://www.example.com",
  ];
  const RESPONSES = [
    [":status: 302", ...RESPONSE],
    [":status: 307", ...RESPONSE],
    [
      ":status: 200",
      "cache-control: private",
      "date: Mon, 21 Oct 2013 20:13:22 GMT",
      "location: https://www.example.com",
      "content-encoding: gzip",
      "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
    ],
  ];

  /** The table of 256 bytes that the responses are made for. */
  const SMALL = "3fe1 01";

  test.each([
    [
      "C.3: requests as they are",
      [
        "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
        "8286 84be 5808 6e6f 2d63 6163 6865",
        "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
      ],
      REQUESTS,
    ],
    [
      "C.4: requests in Huffman's code",
      [
        "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
        "8286 84be 5886 a8eb 1064 9cbf",
        "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
      ],
      REQUESTS,
    ],
    [
      "C.5: responses as they are, with eviction",
      [
        `${SMALL} 4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133
         2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65
         2e63 6f6d`,
        "4803 3330 37c1 c0bf",
        `88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0
         5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851
         5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31`,
      ],
      RESPONSES,
    ],
    [
      "C.6: responses in Huffman's code, with eviction",
      [
        `${SMALL} 4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6
         2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3`,
        "4883 640e ffc1 c0bf",
        `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad
         94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160
         65c0 03ed 4ee5 b106 3d50 07`,
      ],
      RESPONSES,
    ],
  ])("%s", (_, blocks, expected) => {
    const decoder = new FieldDecoder(LIMITS);
    const decoded = blocks.map((block) =>
      lines(decodeWith(decoder, hex(block.replace(/\s/g, "")))),
    );
    expect(decoded).toEqual(expected);
  });
});

test.each(STATIC_TABLE.map((field, index) => [index + 1, field] as const))(
  "index %d of the static table is %j (RFC 7541 section 6.1)",
  (index, field) => {
    expect(decode(Buffer.of(0x80 | index))).toEqual([field]);
  },
);

describe("what is malformed (RFC 7541)", () => {
  test.each([
    ["index 0 (section 6.1)", "80"],
    ["the index after the last of the static table, with nothing in the other", "be"],
    ["an index beyond both tables", "ff ff 01"],
    ["a name by an index beyond both tables", "7f 00 01 61"],
    ["an index that is cut off", "ff"],
    ["an index that is cut off later", "ff 80"],
    ["a literal of which all is missing", "40"],
    ["a literal whose name is cut off", "40 02 61"],
    ["a literal without a value", "40 01 61"],
    ["a literal whose value is cut off", "40 01 61 02 62"],
    ["a value whose length is cut off", "40 01 61 7f"],
    ["a name that is no Huffman code", "40 81 00 01 62"],
    ["a value that is no Huffman code", "40 01 61 81 00"],
    ["a number of more than 24 bits (section 5.1)", "40 7f ff ff ff 7f"],
    ["a number of zeros without end", "40 7f 80 80 80 80 80 00"],
    ["a size above ours (section 6.3)", "3f e2 1f"],
    ["a size that is cut off", "3f"],
    ["a size after a field (section 4.2)", "82 20"],
  ])("%s", (_, bytes) => {
    expect(decode(hex(bytes))).toBe("malformed");
  });

  test.each([
    ["the largest size (section 6.3)", "3f e1 1f 82"],
    ["two sizes (section 4.2)", "20 3f e1 1f 82"],
    ["a number with zeros in front of its end", "3f 80 80 80 00 82"],
  ])("not %s", (_, bytes) => {
    expect(decode(hex(bytes))).toEqual([[":method", "GET"]]);
  });
});

/** With incremental indexing (section 6.2.1). */
function indexed([name, value]: Field): Buffer {
  const literal = Buffer.from(encodeFields([[name, value]]));
  literal[0] = (literal[0] as number) | 0x40;
  return literal;
}

/** The field that was added so many fields ago; 0 is the newest. */
function recent(age: number): Buffer {
  return hex((0x80 | (62 + age)).toString(16));
}

describe("the table (RFC 7541 section 4)", () => {
  const entry = (letter: string, size: number): Field => [
    `x-${letter}`,
    letter.repeat(size - 32 - 3),
  ];

  test.each([
    ["4,096 bytes hold two of 2,048", 2048, [1, 0]],
    ["one byte more, and only the newest is there", 2049, [0]],
  ])("%s", (_, size, ages) => {
    const found = [1, 0].filter((age) => {
      const probe = new FieldDecoder(LIMITS);
      decodeWith(probe, Buffer.concat([indexed(entry("a", 2048)), indexed(entry("b", size))]));
      return decodeWith(probe, recent(age)) !== "malformed";
    });
    expect(found).toEqual(ages);
  });

  test.each([
    [4096, [["x-a", "a".repeat(4061)]]],
    [4097, "malformed"],
  ])("an entry of %d bytes, alone", (size, expected) => {
    const decoder = new FieldDecoder(LIMITS);
    decodeWith(decoder, Buffer.concat([indexed(["x-b", "b"]), indexed(entry("a", size))]));
    expect(decodeWith(decoder, recent(0))).toEqual(expected);
  });

  test("an entry can take its name from the one that it drives out (section 4.4)", () => {
    const decoder = new FieldDecoder(LIMITS);
    const value = "b".repeat(4000);
    const second = Buffer.concat([
      hex("7e"),
      Buffer.from(encodeFields([[":x", value]])).subarray(4),
    ]);
    decodeWith(decoder, indexed(entry("a", 200)));
    expect(decodeWith(decoder, second)).toEqual([["x-a", value]]);
    expect(decodeWith(decoder, recent(0))).toEqual([["x-a", value]]);
    expect(decodeWith(decoder, recent(1))).toBe("malformed");
  });

  test("a size of 0 empties it, and it fills again", () => {
    const decoder = new FieldDecoder(LIMITS);
    decodeWith(decoder, indexed(["x-a", "a"]));
    expect(decodeWith(decoder, hex("20 3f e1 1f"))).toEqual([]);
    decodeWith(decoder, indexed(["x-b", "b"]));
    expect(decodeWith(decoder, recent(0))).toEqual([["x-b", "b"]]);
    expect(decodeWith(decoder, recent(1))).toBe("malformed");
  });
});

describe("limits", () => {
  const POST: Field = [":method", "POST"];
  const few = { fields: 2, length: 1000 };
  const long = (length: number): Field => ["x-a", "a".repeat(length - 32 - 3)];

  test.each([
    ["2 fields", [POST, POST], 2],
    ["3 fields", [POST, POST, POST], "too-large"],
    ["4 fields", [POST, POST, POST, POST], "too-large"],
    ["999 bytes", [long(999)], 1],
    ["1,000 bytes", [long(1000)], 1],
    ["1,001 bytes", [long(1001)], "too-large"],
    ["1,000 bytes in two", [long(500), long(500)], 2],
    ["1,001 bytes in two", [long(500), long(501)], "too-large"],
  ])("%s", (_, fields, expected) => {
    const decoded = decodeWith(new FieldDecoder(few), encodeFields(fields));
    expect(typeof decoded === "string" ? decoded : decoded.length).toBe(expected);
  });

  test("a block that is too large still changes the table (RFC 9113 section 4.3)", () => {
    const decoder = new FieldDecoder(few);
    const block = Buffer.concat([indexed(long(1000)), indexed(long(999)), indexed(["x-b", "b"])]);
    expect(decodeWith(decoder, block)).toBe("too-large");
    expect(decodeWith(decoder, recent(0))).toEqual([["x-b", "b"]]);
  });
});

test("any bytes: fields within the limits, or why not; never a throw", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 8 }), (blocks) => {
      const decoder = new FieldDecoder({ fields: 8, length: 500 });
      for (const block of blocks) {
        const fields = decodeWith(decoder, block);
        const length =
          typeof fields === "string"
            ? 0
            : fields.reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
        expect(length).toBeLessThanOrEqual(500);
      }
    }),
    { numRuns: 2000 },
  );
});
