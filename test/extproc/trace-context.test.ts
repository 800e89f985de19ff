import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTraceparent, readTraceContext } from "../../src/extproc/trace-context.ts";
import { received } from "./received.ts";

// Most of what is wrong here is from the recommendation and its test suite (w3.org/TR/trace-context, section 3.2).

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";
const VALID = `00-${TRACE}-${SPAN}-01`;
const CONTEXT = { traceId: TRACE, spanId: SPAN, flags: "01" };

describe("parseTraceparent", () => {
  test.each([
    ["sampled", VALID, CONTEXT],
    ["not sampled", `00-${TRACE}-${SPAN}-00`, { ...CONTEXT, flags: "00" }],
    ["flags that nobody knows yet", `00-${TRACE}-${SPAN}-ff`, { ...CONTEXT, flags: "ff" }],
    ["a version to come", `01-${TRACE}-${SPAN}-01`, CONTEXT],
    ["a version to come that says more", `cc-${TRACE}-${SPAN}-01-what.the-future`, CONTEXT],
    ["a version to come that ends with a hyphen", `fe-${TRACE}-${SPAN}-01-`, CONTEXT],
  ])("%s", (_, text, context) => {
    expect(parseTraceparent(text)).toEqual(context);
  });

  test.each([
    ["nothing", ""],
    ["the version that is none", `ff-${TRACE}-${SPAN}-01`],
    ["a trace of zeros", `00-${"0".repeat(32)}-${SPAN}-01`],
    ["a span of zeros", `00-${TRACE}-${"0".repeat(16)}-01`],
    ["upper case", VALID.toUpperCase()],
    ["a version of one digit", VALID.slice(1)],
    ["a short trace", `00-${TRACE.slice(1)}-${SPAN}-01`],
    ["a long trace", `00-${TRACE}a-${SPAN}-01`],
    ["a short span", `00-${TRACE}-${SPAN.slice(1)}-01`],
    ["a long span", `00-${TRACE}-${SPAN}a-01`],
    ["short flags", VALID.slice(0, -1)],
    ["long flags", `${VALID}1`],
    ["no digit", `00-${TRACE.replace("0", "g")}-${SPAN}-01`],
    ["version 0 that says more", `${VALID}-more`],
    ["a version to come that goes on without a hyphen", `01-${TRACE}-${SPAN}-01.more`],
    ["space in front", ` ${VALID}`],
    ["space behind", `${VALID} `],
    ["a line's end behind", `${VALID}\n`],
    ["two of them", `${VALID},${VALID}`],
    ["other separators", VALID.replaceAll("-", "_")],
  ])("%s: nothing", (_, text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });

  const hex = (length: number): fc.Arbitrary<string> =>
    fc.string({
      unit: fc.constantFrom(..."0123456789abcdef"),
      minLength: length,
      maxLength: length,
    });
  const id = (length: number): fc.Arbitrary<string> =>
    hex(length).filter((text) => text !== "0".repeat(length));

  test("whatever is written is read", () => {
    fc.assert(
      fc.property(id(32), id(16), hex(2), (traceId, spanId, flags) => {
        expect(parseTraceparent(`00-${traceId}-${spanId}-${flags}`)).toEqual({
          traceId,
          spanId,
          flags,
        });
      }),
    );
  });

  test("whatever is read is what was written, and nothing throws", () => {
    const near = fc
      .tuple(fc.nat(VALID.length), fc.string({ maxLength: 2 }))
      .map(([at, text]) => VALID.slice(0, at) + text + VALID.slice(at + text.length));
    fc.assert(
      fc.property(fc.oneof(near, fc.string({ unit: "binary" })), (text) => {
        const read = parseTraceparent(text);
        if (read === undefined) return;
        expect(text.slice(2, 55)).toBe(`-${read.traceId}-${read.spanId}-${read.flags}`);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("readTraceContext", () => {
  test("of the header among others", () => {
    const lines = [
      [":method", "GET"],
      ["tracestate", "a=1"],
      ["traceparent", VALID],
      ["traceparents", "x"],
    ] as const;
    expect(readTraceContext(received(lines))).toEqual(CONTEXT);
  });

  test.each([
    ["without the header", []],
    ["with an empty one", [["traceparent", ""] as const]],
    ["with two lines of it", [["traceparent", VALID] as const, ["traceparent", VALID] as const]],
  ])("%s: nothing", (_, lines) => {
    expect(readTraceContext(received(lines))).toBeUndefined();
  });

  test("of bytes that are others by now: nothing", () => {
    const bytes = Buffer.from("0affffff", "hex");
    expect(readTraceContext({ bytes, start: 0, end: bytes.length })).toBeUndefined();
  });
});
