import { expect, test } from "vitest";
import { ERROR } from "../../src/http2/error-code.ts";
import { readSettings, SETTING } from "../../src/http2/peer-settings.ts";
import { settings } from "./frames.ts";

const { ENABLE_PUSH, INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE, MAX_CONCURRENT_STREAMS } = SETTING;
const MAX = 0xffff_ffff;

function read(bytes: Uint8Array): unknown {
  return readSettings(bytes, 9, bytes.length);
}

test.each<[string, [number, number][], number | undefined]>([
  ["nothing", [], undefined],
  ["a window of 0", [[INITIAL_WINDOW_SIZE, 0]], 0],
  ["the largest window", [[INITIAL_WINDOW_SIZE, 2 ** 31 - 1]], 2 ** 31 - 1],
  [
    "the last of two windows",
    [
      [INITIAL_WINDOW_SIZE, 1],
      [INITIAL_WINDOW_SIZE, 2],
    ],
    2,
  ],
  ["no push", [[ENABLE_PUSH, 0]], undefined],
  ["push", [[ENABLE_PUSH, 1]], undefined],
  ["the shortest frames", [[MAX_FRAME_SIZE, 2 ** 14]], undefined],
  ["the longest frames", [[MAX_FRAME_SIZE, 2 ** 24 - 1]], undefined],
  [
    "what does not matter",
    [
      [MAX_CONCURRENT_STREAMS, MAX],
      [1, MAX],
      [6, MAX],
    ],
    undefined,
  ],
  [
    "what nobody knows",
    [
      [0, MAX],
      [0xffff, MAX],
    ],
    undefined,
  ],
])("%s is taken (RFC 9113 section 6.5.2)", (_, entries, initialWindow) => {
  expect(read(settings(...entries))).toEqual({ initialWindow });
});

test.each<[string, [number, number][], number]>([
  ["push in another way", [[ENABLE_PUSH, 2]], ERROR.PROTOCOL_ERROR],
  ["a window above 31 bits", [[INITIAL_WINDOW_SIZE, 2 ** 31]], ERROR.FLOW_CONTROL_ERROR],
  ["the window of all", [[INITIAL_WINDOW_SIZE, MAX]], ERROR.FLOW_CONTROL_ERROR],
  ["frames too short", [[MAX_FRAME_SIZE, 2 ** 14 - 1]], ERROR.PROTOCOL_ERROR],
  ["frames too long", [[MAX_FRAME_SIZE, 2 ** 24]], ERROR.PROTOCOL_ERROR],
  [
    "a fault after what is good",
    [
      [INITIAL_WINDOW_SIZE, 1],
      [ENABLE_PUSH, 2],
    ],
    ERROR.PROTOCOL_ERROR,
  ],
])("%s is an error (RFC 9113 section 6.5.2)", (_, entries, code) => {
  expect(read(settings(...entries))).toBe(code);
});

test.each([1, 5, 7, 11])("%d bytes are no entries (RFC 9113 section 6.5)", (length) => {
  expect(readSettings(new Uint8Array(length), 0, length)).toBe(ERROR.FRAME_SIZE_ERROR);
});
