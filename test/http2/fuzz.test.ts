import { randomInt } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeFields } from "../../src/http2/field-encoder.ts";
import { FLAG, FRAME } from "../../src/http2/frame.ts";
import { SETTING } from "../../src/http2/peer-settings.ts";
import type { Stream } from "../../src/http2/stream.ts";
import { frame, HELLO, POST, PREFACE, settings, uint32s } from "./frames.ts";
import { answer, Peer } from "./peer.ts";

// A peer that says anything: frames that are almost right, in any order, then cut, changed and cut up. CORSD_FUZZ_RUNS
// makes it as long as wanted.

const { CORSD_FUZZ_RUNS: wanted } = process.env;
const RUNS = Number(wanted ?? 3000);

/** Stands for the next stream. */
const NEXT = 0x7fff_fff1;

const stream = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(1, 3, 5, 7) },
  { weight: 2, arbitrary: fc.constantFrom(0, 2, 9, 2 ** 31 - 1) },
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
);
const number = fc.oneof(
  fc.constantFrom(0, 1, 5, 100, 16_384, 65_535, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
);
const flags = fc.oneof(
  fc.constantFrom(0, FLAG.END_STREAM, FLAG.END_HEADERS, FLAG.END_HEADERS | FLAG.END_STREAM),
  fc.integer({ min: 0, max: 255 }),
);

const head = fc.constantFrom(
  Buffer.from(encodeFields(POST)),
  Buffer.from(encodeFields([...POST, ["content-length", "3"]])),
  Buffer.from(encodeFields([...POST, ["a", "b".repeat(600)]])),
  Buffer.from(encodeFields([["a", "b"]])),
  // Sizes, additions and indexes of the table (RFC 7541).
  Buffer.from("20838684", "hex"),
  Buffer.from("3fe11f838684400161016283", "hex"),
  Buffer.from("838684be", "hex"),
  Buffer.from("83868440016182ffff", "hex"),
);
const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
const long = fc.integer({ min: 16_000, max: 16_390 }).map((length) => Buffer.alloc(length, 1));

/** Frames as they should be, but for where they come. */
const fitting = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(stream, flags, head)
      .map(([id, its, block]) => frame(FRAME.HEADERS, its | FLAG.END_HEADERS, id, block)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(stream, head, fc.nat(20), flags)
      .map(([id, block, at, its]) =>
        Buffer.concat([
          frame(FRAME.HEADERS, its & ~FLAG.END_HEADERS & ~0x28, id, block.subarray(0, at)),
          frame(FRAME.CONTINUATION, FLAG.END_HEADERS, id, block.subarray(at)),
        ]),
      ),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(stream, flags, fc.oneof({ weight: 8, arbitrary: bytes }, long))
      .map(([id, its, content]) => frame(FRAME.DATA, its, id, content)),
  },
  fc.tuple(stream, number).map(([id, code]) => frame(FRAME.RST_STREAM, 0, id, uint32s(code))),
  {
    weight: 3,
    arbitrary: fc
      .tuple(stream, number)
      .map(([id, more]) => frame(FRAME.WINDOW_UPDATE, 0, id, uint32s(more))),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...Object.values(SETTING), 1, 99), number)
      .map((entry) => settings(entry)),
  },
  bytes.map((payload) =>
    frame(FRAME.PING, 0, 0, Buffer.concat([payload, Buffer.alloc(8)]).subarray(0, 8)),
  ),
  stream.map((id) => frame(FRAME.PRIORITY, 0, id, Buffer.of(0, 0, 0, 3, 16))),
);

const few = fc.integer({ min: 1, max: 200 });
const OPENING = Buffer.from(encodeFields(POST));

/** What a peer in earnest says, of which some comes at the wrong time. A request takes the next stream: `numbered`. */
const good = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(FLAG.END_HEADERS, FLAG.END_HEADERS | FLAG.END_STREAM)
      .map((its) => frame(FRAME.HEADERS, its, NEXT, OPENING)),
  },
  fc
    .tuple(fc.constantFrom(1, 3, 5, 7), fc.constantFrom(0, 0, FLAG.END_STREAM), bytes)
    .map(([id, its, content]) => frame(FRAME.DATA, its, id, content)),
  fc
    .tuple(fc.constantFrom(0, 0, 1, 3, 5), fc.oneof(few, fc.constant(65_536)))
    .map(([id, more]) => frame(FRAME.WINDOW_UPDATE, 0, id, uint32s(more))),
  fc.oneof(few, fc.constant(0)).map((size) => settings([SETTING.INITIAL_WINDOW_SIZE, size])),
);

/** Frames of any kind. */
const wild = fc
  .tuple(fc.integer({ min: 0, max: 12 }), flags, stream, bytes)
  .map(([type, its, id, payload]) => frame(type, its, id, payload));

/** Some bytes of it are others, or are missing. */
const damaged = fc
  .tuple(fitting, fc.nat(), fc.nat(255), fc.boolean())
  .map(([whole, place, byte, isCut]) => {
    const at = place % whole.length;
    if (isCut) return Buffer.concat([whole.subarray(0, at), whole.subarray(at + 1)]);
    const changed = Buffer.from(whole);
    changed[at] = byte;
    return changed;
  });

const speech = fc.record({
  start: fc.oneof({ weight: 30, arbitrary: fc.constant(HELLO) }, fc.constant(PREFACE), bytes),
  frames: fc.array(
    fc.oneof(
      { weight: 20, arbitrary: good },
      { weight: 10, arbitrary: fitting },
      { weight: 2, arbitrary: wild },
      { weight: 1, arbitrary: damaged },
    ),
    { maxLength: 30 },
  ),
  places: fc.array(fc.nat(2000), { maxLength: 10 }),
  /** How long each answer is, and when it comes. */
  answers: fc.oneof(fc.nat(300), fc.constantFrom(65_535, 65_536, 100_000)),
  when: fc.constantFrom("open", "data", "ended", "never"),
});
type Speech = typeof speech extends fc.Arbitrary<infer Its> ? Its : never;

function numbered(frames: readonly Buffer[]): Buffer[] {
  let next = 1;
  return frames.map((bytes) => {
    if (bytes.length < 9 || bytes.readUInt32BE(5) !== NEXT) return bytes;
    const copy = Buffer.from(bytes);
    copy.writeUInt32BE(next, 5);
    next += 2;
    return copy;
  });
}

function chunksOf({ start, frames, places }: Speech): Buffer[] {
  const all = Buffer.concat([start, ...numbered(frames)]);
  const sorted = [...places].sort((a, b) => a - b);
  return [0, ...sorted].map((from, index) => all.subarray(from, sorted[index] ?? all.length));
}

/** Says it all, and looks that every rule is kept. */
function examine(its: Speech): void {
  const serve = (stream: Stream): void => {
    if (stream.isOpen) answer(stream, its.answers);
  };
  const peer = new Peer(its.when === "never" ? {} : { [its.when]: serve });
  peer.connection.greet();
  // Well-formed frames, or the peer would throw.
  const heard = [...peer.heard(), ...chunksOf(its).flatMap((chunk) => peer.say(chunk))];
  const isOver = peer.told.includes("over");
  const goAway = heard.findIndex((line) => line.startsWith("GOAWAY"));
  expect([-1, isOver ? heard.length - 1 : -1]).toContain(goAway);
  expect(endsOnce(heard)).toBe(true);
  // Who goes on still reads: after the rest of a frame, content for no stream is a fault.
  // Before the preface it is the wrong one, which needs no word.
  const last = peer.say(Buffer.alloc(20_000)).filter((line) => line.startsWith("GOAWAY"));
  expect(last).toHaveLength(isOver || its.start.length < PREFACE.length ? 0 : 1);
  expectAllTold(peer);
}

/** Nothing is said on a stream after its end, but that no more is needed. */
function endsOnce(heard: readonly string[]): boolean {
  const ended = new Map<string, string>();
  return heard.every((line) => {
    const [type = "", id = "", last = ""] = line.split(" ");
    if (id === "0" || !/^(?:DATA|HEADERS|RST_STREAM|WINDOW_UPDATE)$/.test(type)) return true;
    const before = ended.get(id);
    if (type === "RST_STREAM" || last === "END") ended.set(id, line);
    // Content that comes late is answered by a reset each time.
    return before === undefined || (type === "RST_STREAM" && /NO_ERROR|STREAM_CLOSED/.test(line));
  });
}

/** Each handler has heard the end of its stream, once and last. */
function expectAllTold({ told, streams }: Peer): void {
  for (const id of streams.keys()) {
    const its = told.filter((line) => line.startsWith(`${id} `));
    expect(its.indexOf(`${id} closed`)).toBe(its.length - 1);
  }
  expect(told.filter((line) => line === "over")).toHaveLength(1);
}

describe.each([
  ["the same each time", 20_260_101],
  ["others each time", randomInt(2 ** 31)],
])("words of a peer, %s (seed %d)", (_, seed) => {
  test("never throw; what we say is well-formed; it goes on, or ends with one GOAWAY", () => {
    fc.assert(fc.property(speech, examine), { numRuns: RUNS, seed });
  }, 600_000);
});
