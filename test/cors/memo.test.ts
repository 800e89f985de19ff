import { describe, expect, test } from "vitest";
import { fixedHeader, isFixed } from "../../src/cors/fixed-header.ts";
import { memoized } from "../../src/cors/memo.ts";

function counted(): { readonly made: string[]; readonly upper: (text: string) => string } {
  const made: string[] = [];
  const upper = memoized((text) => {
    made.push(text);
    return text.toUpperCase();
  });
  return { made, upper };
}

describe("memoized", () => {
  test("gives what the function gives, and asks it once", () => {
    const { made, upper } = counted();
    expect(["a", "b", "a", "", ""].map(upper)).toEqual(["A", "B", "A", "", ""]);
    expect(made).toEqual(["a", "b", ""]);
  });

  test("remembers that there is nothing", () => {
    let asked = 0;
    const none = memoized((): undefined => {
      asked += 1;
    });
    expect([none("a"), none("a"), asked]).toEqual([undefined, undefined, 1]);
  });

  test.each([
    [256, 1],
    [257, 2],
  ])("a text of %d characters is made %d times", (length, times) => {
    const { made, upper } = counted();
    const text = "a".repeat(length);
    expect([upper(text), upper(text)]).toEqual(["A".repeat(length), "A".repeat(length)]);
    expect(made).toHaveLength(times);
  });

  test("forgets everything after 4096 texts, and goes on", () => {
    const { made, upper } = counted();
    const texts = Array.from({ length: 4096 }, (_, index) => `t${index}`);
    texts.map(upper);
    upper("t0");
    expect(made).toHaveLength(4096);
    upper("another");
    expect([upper("t0"), upper("another")]).toEqual(["T0", "ANOTHER"]);
    expect(made).toHaveLength(4098);
  });
});

test("a fixed header is told from one that is alike", () => {
  const header = fixedHeader("vary", "Origin");
  expect(header).toEqual(["vary", "Origin"]);
  expect([isFixed(header), isFixed(["vary", "Origin"])]).toEqual([true, false]);
});
