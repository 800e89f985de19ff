import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Connection } from "../../src/http2/connection.ts";
import { encodeFields } from "../../src/http2/field-encoder.ts";
import { FLAG, FRAME } from "../../src/http2/frame.ts";
import { SETTING } from "../../src/http2/peer-settings.ts";
import { block, frame, HELLO, POST, reset, settings, windowUpdate } from "../http2/frames.ts";
import { ensure } from "./ensure.ts";
import type { Random } from "./random.ts";
import { defineTarget } from "./target.ts";

// A peer that says a few frames again and again: what it makes us say, and what it makes us keep.

type FloodCase = {
  /** Said once, first. */
  readonly opening: Buffer;
  /** Said again and again; `next` bytes of it are stream numbers, which count up. */
  readonly pattern: readonly Buffer[];
  readonly countsUp: boolean;
  /** How many bytes are said in all. */
  readonly length: number;
  /** How many bytes the transport hands on at once. */
  readonly chunk: number;
};

function draw(random: Random): FloodCase {
  const opened = random.below(200);
  const streams = Array.from({ length: opened }, (_, at) => block(2 * at + 1, 0, POST));
  const isBlock = random.oneIn(5);
  return {
    opening: Buffer.concat([HELLO, ...streams, ...(isBlock ? [frame(FRAME.HEADERS, 0, 401)] : [])]),
    pattern: isBlock
      ? [continuation(random)]
      : Array.from({ length: random.between(1, 3) }, () => drawFrame(random)),
    countsUp: random.oneIn(3),
    length: random.pick([65_536, 262_144, 2_097_152]),
    chunk: random.pick([1000, 16_384, 65_536]),
  };
}

/** More of a block that never ends. */
function continuation(random: Random): Buffer {
  return frame(FRAME.CONTINUATION, 0, 401, Buffer.alloc(random.pick([0, 0, 1, 9000]), 0x82));
}

function drawFrame(random: Random): Buffer {
  const id = random.pick([1, 1, 3, 401, 399]);
  switch (random.below(13)) {
    case 0:
      return block(id, random.pick([0, FLAG.END_STREAM]), POST);
    case 1:
      return frame(FRAME.HEADERS, 0, 401, random.bytes(random.below(3)));
    case 2:
      return continuation(random);
    case 3:
      return bomb(random, id);
    case 4:
      return block(id, 0, [
        ...POST,
        [random.text(8, "abc"), "x".repeat(random.pick([1, 3000, 16_000]))],
      ]);
    case 5:
      return settings([
        random.pick(Object.values(SETTING)),
        random.pick([0, 1, 65_535, 2 ** 31 - 1]),
      ]);
    case 6:
      return settings(...Array.from({ length: 100 }, (_, at) => [4, at] as const));
    case 7:
      return frame(FRAME.PING, 0, 0, Buffer.alloc(8));
    case 8:
      return windowUpdate(random.pick([0, 1]), random.pick([1, 2 ** 30, 2 ** 31 - 1]));
    case 9:
      return frame(FRAME.DATA, random.pick([0, 8]), id, Buffer.alloc(random.pick([0, 1, 256])));
    case 10:
      return reset(id);
    case 11:
      return frame(FRAME.PRIORITY, 0, random.pick([1, 2 ** 31 - 1]), Buffer.of(0, 0, 0, 5, 16));
    default:
      return frame(
        random.between(10, 255),
        random.below(256),
        id,
        Buffer.alloc(random.below(2000)),
      );
  }
}

/** An entry as large as the table, and then one byte for each time that it is said (RFC 7541 section 7.3). */
function bomb(random: Random, id: number): Buffer {
  const entry = encodeIndexed("a", "x".repeat(3900));
  const sizes = Buffer.from(random.pick(["", "20", "203fe11f", "3fe11f20"]), "hex");
  const references = Buffer.alloc(random.pick([10, 1000, 12_000]), 0xbe);
  const content = Buffer.concat([sizes, encodeFields(POST), entry, references]);
  return frame(FRAME.HEADERS, FLAG.END_HEADERS, id, content);
}

/** A literal that goes into the table; its value has at most 4096 bytes. */
function encodeIndexed(name: string, value: string): Buffer {
  const rest = value.length - 127;
  const length = Buffer.of(127, (rest & 0x7f) | 0x80, rest >> 7);
  return Buffer.concat([
    Buffer.of(0x40, name.length),
    Buffer.from(name),
    length,
    Buffer.from(value),
  ]);
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** What JavaScript holds, garbage left out, in bytes. */
function held(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** What is held more than before; collected again where it is too much, since buffers are freed some time after it. */
function keptSince(before: number, most: number): number {
  let kept = held() - before;
  for (let trial = 0; trial < 10 && kept > most; trial += 1) kept = held() - before;
  return kept;
}

/** What a connection may keep besides its streams, in bytes: fields that are not whole yet, and the table. */
const KEPT = 1_048_576;
/** What an open stream may keep; about half was measured. */
const KEPT_A_STREAM = 2048;
/** For the settings and the goodbye. */
const SAID = 1000;

function run(one: FloodCase): string {
  const before = held();
  let open = 0;
  let said = 0;
  let resets = 0;
  let isOver = false;
  const connection = new Connection({
    send: (bytes) => {
      said += bytes.length;
    },
    open: () => {
      open += 1;
      const closed = (): void => {
        open -= 1;
      };
      return { data: () => {}, ended: () => {}, closed };
    },
    allowsReset: () => {
      resets += 1;
      return resets <= 1000;
    },
    over: () => {
      isOver = true;
    },
  });
  connection.greet();
  let heard = 0;
  for (const chunk of chunksOf(one)) {
    if (isOver) break;
    connection.receive(chunk);
    heard += chunk.length;
  }
  // An empty frame on a stream that is closed has 9 bytes, and the reset that answers it 13.
  ensure(said <= 2 * heard + SAID, `${heard} bytes made us say ${said}`);
  const most = KEPT + open * KEPT_A_STREAM;
  const kept = keptSince(before, most);
  ensure(kept <= most, `${open} streams, and ${kept} bytes are kept`);
  const ending = isOver ? "over" : "goes on";
  connection.lost();
  ensure(open === 0, "a stream is not over with its connection");
  return ending;
}

function* chunksOf({ opening, pattern, countsUp, length, chunk }: FloodCase): Generator<Buffer> {
  yield opening;
  const once = Buffer.concat(pattern);
  let next = 401;
  for (let said = 0; said < length; ) {
    const times = Math.max(1, Math.floor(chunk / once.length));
    const bytes = Buffer.concat(Array.from({ length: times }, () => once));
    for (let at = 0; countsUp && at < bytes.length; at += 9 + bytes.readUIntBE(at, 3)) {
      if (bytes[at + 3] !== FRAME.HEADERS) continue;
      bytes.writeUInt32BE(next, at + 5);
      next += 2;
    }
    yield bytes;
    said += bytes.length;
  }
}

export const FLOODS = defineTarget<FloodCase>({
  name: "floods",
  share: 0.2,
  draw,
  run,
  // A mebibyte of the cheapest frames, and two collections of garbage.
  budget: () => 3000,
  endings: ["over", "goes on"],
  show: ({ opening, pattern, ...rest }) =>
    JSON.stringify({
      ...rest,
      opening: opening.length,
      pattern: pattern.map((bytes) => bytes.subarray(0, 200).toString("hex")),
    }),
});
