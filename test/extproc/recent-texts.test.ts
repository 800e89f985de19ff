import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isName, nameBytes, startsWith } from "../../src/extproc/name-bytes.ts";
import { RecentTexts } from "../../src/extproc/recent-texts.ts";

describe("RecentTexts", () => {
  test("gives the text of the bytes, whatever it gave before", () => {
    const texts = new RecentTexts();
    // Few letters, so that many texts share a slot, and lengths around the limit of 128.
    const bytes = fc.oneof(
      fc.array(fc.constantFrom(0x61, 0x62, 0xff), { maxLength: 12 }),
      fc.array(fc.constantFrom(0x61, 0x62), { minLength: 126, maxLength: 130 }),
    );
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 20 }), fc.nat(3), (all, before) => {
        for (const each of all) {
          const padded = Buffer.concat([
            Buffer.alloc(before, 0x7a),
            Buffer.from(each),
            Buffer.of(0),
          ]);
          expect(texts.of(padded, before, before + each.length)).toBe(
            Buffer.from(each).toString("latin1"),
          );
        }
      }),
    );
  });

  test("long texts that differ in one byte are not taken for each other", () => {
    const texts = new RecentTexts();
    const one = Buffer.from("a".repeat(100));
    const other = Buffer.from(one);
    other[50] = 0x62;
    for (const bytes of [one, other, one, other]) {
      expect(texts.of(bytes, 0, 100)).toBe(bytes.toString());
    }
  });
});

describe("names", () => {
  const bytes = Buffer.from("xvaryx");
  test.each([
    [1, 5, true],
    [1, 4, false],
    [1, 6, false],
    [0, 4, false],
  ])("`vary` from %d to %d: %s", (start, end, is) => {
    expect(isName(bytes, start, end, nameBytes("vary"))).toBe(is);
  });

  test("startsWith does not look at the end", () => {
    expect(startsWith(bytes, 1, nameBytes("var"))).toBe(true);
    expect(startsWith(bytes, 4, nameBytes("yxx"))).toBe(false);
  });
});
