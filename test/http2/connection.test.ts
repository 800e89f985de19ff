import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Connection } from "../../src/http2/connection.ts";
import { ERROR } from "../../src/http2/error-code.ts";
import { encodeFields } from "../../src/http2/field-encoder.ts";
import { FLAG, FRAME } from "../../src/http2/frame.ts";
import { SETTING } from "../../src/http2/peer-settings.ts";
import type { Field } from "../../src/http2/static-table.ts";
import type { Stream } from "../../src/http2/stream.ts";
import {
  block,
  data,
  frame,
  framesOf,
  HELLO,
  hex,
  inWords,
  POST,
  PREFACE,
  ping,
  request,
  reset,
  settings,
  uint32s,
  windowUpdate,
} from "./frames.ts";
import { answer, HEAD, Peer, TRAILERS } from "./peer.ts";

const { END_STREAM, END_HEADERS, PADDED, PRIORITY, ACK } = FLAG;
const MAX = 2 ** 31 - 1;

/** Fields of a request that come to so many bytes (section 6.5.2). */
function fieldsOf(length: number): readonly Field[] {
  const known = [...POST, ["a", ""], ["b", ""]].reduce(
    (sum, [name = "", value = ""]) => sum + name.length + value.length + 32,
    0,
  );
  return [...POST, ["a", "a".repeat(30_000)], ["b", "b".repeat(length - known - 30_000)]];
}

/** A block in as many frames as it needs, or in more. */
function inParts(
  stream: number,
  flags: number,
  fields: readonly Field[],
  size: number = 16_384,
): Buffer[] {
  const bytes = Buffer.from(encodeFields(fields));
  const count = Math.max(1, Math.ceil(bytes.length / size));
  return Array.from({ length: count }, (_, index) => {
    const part = bytes.subarray(index * size, (index + 1) * size);
    const end = index === count - 1 ? END_HEADERS : 0;
    return index === 0
      ? frame(FRAME.HEADERS, flags | end, stream, part)
      : frame(FRAME.CONTINUATION, end, stream, part);
  });
}

describe("the start (RFC 9113 section 3.4)", () => {
  test("we say who we are before the peer does", () => {
    const peer = new Peer();
    expect(peer.connection.isUnknown).toBe(true);
    peer.connection.greet();
    expect(peer.heard()).toEqual(["SETTINGS", `WINDOW_UPDATE 0 ${4_194_304 - 65_535}`]);
  });

  test("the settings say the limits of streams and of fields (section 6.5.2)", () => {
    const peer = new Peer();
    peer.connection.greet();
    expect(peer.frames()[0]?.payload).toEqual(hex("0003 000186a0 0006 00010000"));
  });

  test("the peer's settings are acknowledged", () => {
    const peer = new Peer();
    expect(peer.say(HELLO)).toEqual(["SETTINGS ACK"]);
    expect(peer.connection.isUnknown).toBe(false);
  });

  test.each([
    ["HTTP/1.1", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
    ["a preface that is wrong at its end", Buffer.concat([PREFACE.subarray(0, 23), Buffer.of(0)])],
  ])("%s: over, without a word", (_, bytes) => {
    const peer = new Peer();
    expect(peer.say(bytes)).toEqual([]);
    expect(peer.told).toEqual(["over"]);
    expect(peer.say(bytes, HELLO)).toEqual([]);
    expect(peer.told).toEqual(["over"]);
  });

  test.each([
    ["a request", request(1)],
    ["an acknowledgement", frame(FRAME.SETTINGS, ACK, 0)],
    ["a frame that nobody knows", frame(0xff, 0, 0)],
  ])("%s before the settings: an error", (_, bytes) => {
    expect(new Peer().say(PREFACE, bytes)).toEqual(["GOAWAY 0 PROTOCOL_ERROR"]);
  });
});

describe("a fault of the connection ends it (section 5.4.1)", () => {
  const OPEN = request(1);
  const DONE = request(1, END_STREAM);

  test.each<[string, readonly Buffer[], string]>([
    ["DATA on the connection (section 6.1)", [data(0, "a")], "0 PROTOCOL_ERROR"],
    ["DATA on a stream that is idle (section 5.1)", [data(1, "a")], "0 PROTOCOL_ERROR"],
    ["DATA on a stream that would be ours", [OPEN, data(2, "a"), request(3)], "1 PROTOCOL_ERROR"],
    [
      "DATA on a stream of ours that was passed over",
      [request(5), data(2, "a")],
      "5 PROTOCOL_ERROR",
    ],
    ["DATA with more padding than payload", [OPEN, data(1, "\x02a", PADDED)], "1 PROTOCOL_ERROR"],
    ["HEADERS on the connection (section 6.2)", [request(0)], "0 PROTOCOL_ERROR"],
    ["HEADERS on an even stream (section 5.1.1)", [request(2)], "0 PROTOCOL_ERROR"],
    ["HEADERS on a stream that was passed over", [request(5), request(3)], "5 PROTOCOL_ERROR"],
    [
      "HEADERS with more padding than payload",
      [frame(FRAME.HEADERS, END_HEADERS | PADDED, 1, hex("01"))],
      "0 PROTOCOL_ERROR",
    ],
    [
      "HEADERS with half a priority",
      [frame(FRAME.HEADERS, END_HEADERS | PRIORITY, 1, hex("0000"))],
      "0 PROTOCOL_ERROR",
    ],
    [
      "HEADERS that depend on themselves",
      [frame(FRAME.HEADERS, END_HEADERS | PRIORITY, 1, hex("00000001 10 82"))],
      "0 PROTOCOL_ERROR",
    ],
    [
      "HEADERS that cannot be unpacked (section 4.3)",
      [frame(FRAME.HEADERS, END_HEADERS, 1, hex("80"))],
      "0 COMPRESSION_ERROR",
    ],
    [
      "HEADERS on a stream that is over (section 5.1)",
      [DONE, reset(1), request(1)],
      "1 STREAM_CLOSED",
    ],
    [
      "another frame amid a block (section 6.10)",
      [frame(FRAME.HEADERS, 0, 1), ping("01234567")],
      "0 PROTOCOL_ERROR",
    ],
    [
      "another stream's CONTINUATION amid a block",
      [frame(FRAME.HEADERS, 0, 1), frame(FRAME.CONTINUATION, END_HEADERS, 3)],
      "0 PROTOCOL_ERROR",
    ],
    ["CONTINUATION of nothing", [frame(FRAME.CONTINUATION, END_HEADERS, 1)], "0 PROTOCOL_ERROR"],
    [
      "CONTINUATION of a block that is whole",
      [OPEN, frame(FRAME.CONTINUATION, END_HEADERS, 1)],
      "1 PROTOCOL_ERROR",
    ],
    [
      "PUSH_PROMISE (section 6.6)",
      [frame(FRAME.PUSH_PROMISE, END_HEADERS, 1, uint32s(2))],
      "0 PROTOCOL_ERROR",
    ],
    [
      "PRIORITY on the connection (section 6.3)",
      [frame(FRAME.PRIORITY, 0, 0, hex("00000001 10"))],
      "0 PROTOCOL_ERROR",
    ],
    ["PRIORITY on itself", [frame(FRAME.PRIORITY, 0, 1, hex("00000001 10"))], "0 PROTOCOL_ERROR"],
    ["PRIORITY of 4 bytes", [frame(FRAME.PRIORITY, 0, 1, hex("00000003"))], "0 FRAME_SIZE_ERROR"],
    [
      "PRIORITY of 6 bytes",
      [frame(FRAME.PRIORITY, 0, 1, hex("00000003 1000"))],
      "0 FRAME_SIZE_ERROR",
    ],
    ["RST_STREAM on the connection (section 6.4)", [reset(0)], "0 PROTOCOL_ERROR"],
    ["RST_STREAM on a stream that is idle", [reset(1)], "0 PROTOCOL_ERROR"],
    ["RST_STREAM on a stream that would be ours", [request(5), reset(2)], "5 PROTOCOL_ERROR"],
    [
      "RST_STREAM of 3 bytes",
      [OPEN, frame(FRAME.RST_STREAM, 0, 1, hex("000000"))],
      "1 FRAME_SIZE_ERROR",
    ],
    ["SETTINGS on a stream (section 6.5)", [frame(FRAME.SETTINGS, 0, 1)], "0 PROTOCOL_ERROR"],
    ["SETTINGS of 5 bytes", [frame(FRAME.SETTINGS, 0, 0, hex("0000000000"))], "0 FRAME_SIZE_ERROR"],
    [
      "an acknowledgement that says something",
      [frame(FRAME.SETTINGS, ACK, 0, hex("000000000000"))],
      "0 FRAME_SIZE_ERROR",
    ],
    [
      "a window above 31 bits",
      [settings([SETTING.INITIAL_WINDOW_SIZE, 2 ** 31])],
      "0 FLOW_CONTROL_ERROR",
    ],
    [
      "PING on a stream (section 6.7)",
      [frame(FRAME.PING, 0, 1, Buffer.alloc(8))],
      "0 PROTOCOL_ERROR",
    ],
    ["PING of 7 bytes", [ping("0123456")], "0 FRAME_SIZE_ERROR"],
    [
      "GOAWAY on a stream (section 6.8)",
      [frame(FRAME.GOAWAY, 0, 1, uint32s(0, 0))],
      "0 PROTOCOL_ERROR",
    ],
    ["GOAWAY of 7 bytes", [frame(FRAME.GOAWAY, 0, 0, Buffer.alloc(7))], "0 FRAME_SIZE_ERROR"],
    [
      "WINDOW_UPDATE of 3 bytes (section 6.9)",
      [frame(FRAME.WINDOW_UPDATE, 0, 0, hex("000001"))],
      "0 FRAME_SIZE_ERROR",
    ],
    ["WINDOW_UPDATE by nothing", [windowUpdate(0, 0)], "0 PROTOCOL_ERROR"],
    ["WINDOW_UPDATE of an idle stream", [windowUpdate(1, 1)], "0 PROTOCOL_ERROR"],
    [
      "WINDOW_UPDATE of a stream that would be ours",
      [request(5), windowUpdate(2, 1)],
      "5 PROTOCOL_ERROR",
    ],
    [
      "a window of the connection above 31 bits (section 6.9.1)",
      [windowUpdate(0, MAX - 65_534)],
      "0 FLOW_CONTROL_ERROR",
    ],
    [
      "a frame that is too long (section 4.2)",
      [hex("004001 00 00 00000001")],
      "0 FRAME_SIZE_ERROR",
    ],
  ])("%s", (_, bytes, goAway) => {
    const peer = Peer.greeted();
    expect(peer.say(...bytes).at(-1)).toBe(`GOAWAY ${goAway}`);
    expect(peer.told.at(-1)).toBe("over");
    // All that was open has been told.
    expect(peer.told.filter((line) => line.endsWith("closed"))).toHaveLength(peer.streams.size);
    const { length } = peer.told;
    expect(peer.say(...bytes, request(101))).toEqual([]);
    peer.connection.lost();
    peer.connection.leave();
    expect([peer.told.length, peer.heard()]).toEqual([length, []]);
  });
});

describe("a fault of a stream ends that stream (section 5.4.2)", () => {
  const DONE = request(1, END_STREAM);

  test.each<[string, readonly Buffer[], string]>([
    ["DATA after its end (section 5.1)", [DONE, data(1, "a")], "STREAM_CLOSED"],
    ["HEADERS after its end", [DONE, request(1, END_STREAM)], "STREAM_CLOSED"],
    [
      "trailers that do not end it (section 8.1)",
      [request(1), block(1, 0, [["a", "b"]])],
      "PROTOCOL_ERROR",
    ],
    ["trailers that are malformed", [request(1), request(1, END_STREAM)], "PROTOCOL_ERROR"],
    [
      "trailers that are too large",
      [request(1), block(1, END_STREAM, Array(129).fill(["a", "b"]))],
      "PROTOCOL_ERROR",
    ],
    ["a malformed head (section 8.1.1)", [block(1, 0, [["a", "b"]])], "PROTOCOL_ERROR"],
    [
      "a window above 31 bits (section 6.9.1)",
      [request(1), windowUpdate(1, MAX - 65_534)],
      "FLOW_CONTROL_ERROR",
    ],
    ["WINDOW_UPDATE by nothing (section 6.9)", [request(1), windowUpdate(1, 0)], "PROTOCOL_ERROR"],
    [
      "more content than announced",
      [request(1, 0, [["content-length", "2"]]), data(1, "abc")],
      "PROTOCOL_ERROR",
    ],
    [
      "more content than announced, in two",
      [request(1, 0, [["content-length", "2"]]), data(1, "ab"), data(1, "c")],
      "PROTOCOL_ERROR",
    ],
    [
      "less content than announced",
      [request(1, 0, [["content-length", "2"]]), data(1, "a", END_STREAM)],
      "PROTOCOL_ERROR",
    ],
    [
      "no content where some was announced",
      [request(1, END_STREAM, [["content-length", "1"]])],
      "PROTOCOL_ERROR",
    ],
    [
      "less content than announced, and trailers",
      [request(1, 0, [["content-length", "1"]]), block(1, END_STREAM, [])],
      "PROTOCOL_ERROR",
    ],
    ["fields without end", [request(1, 0, Array(126).fill(["a", "b"]))], "ENHANCE_YOUR_CALM"],
    ["fields too long", inParts(1, 0, fieldsOf(65_537)), "ENHANCE_YOUR_CALM"],
  ])("%s", (_, bytes, code) => {
    const peer = Peer.greeted();
    expect(peer.say(...bytes)).toEqual([`RST_STREAM 1 ${code}`]);
    expect(peer.told.filter((line) => line.endsWith("closed"))).toHaveLength(peer.streams.size);
    expect(peer.say(request(3), ping("01234567"))).toEqual(["PING ACK 01234567"]);
    expect(peer.told.at(-1)).toBe("3 POST /");
  });
});

describe("resets that a peer provokes count as its own", () => {
  test.each<[string, readonly Buffer[], string]>([
    ["RST_STREAM", [request(1), reset(1)], "ENHANCE_YOUR_CALM"],
    ["WINDOW_UPDATE by nothing", [request(1), windowUpdate(1, 0)], "ENHANCE_YOUR_CALM"],
    ["a malformed head", [block(1, 0, [])], "ENHANCE_YOUR_CALM"],
    ["content after the end", [request(1, END_STREAM), data(1, "a")], "ENHANCE_YOUR_CALM"],
    [
      "too little content",
      [request(1, END_STREAM, [["content-length", "1"]])],
      "ENHANCE_YOUR_CALM",
    ],
  ])("%s, where no reset is allowed", (_, bytes, code) => {
    expect(
      Peer.greeted({}, () => false)
        .say(...bytes)
        .at(-1),
    ).toBe(`GOAWAY 1 ${code}`);
  });
});

describe("requests", () => {
  test("the handler hears of head, content and end, in their order", () => {
    const peer = Peer.greeted({ ended: (stream) => answer(stream, 3) });
    const heard = peer.say(request(1), data(1, "ab"), data(1, "c", END_STREAM));
    expect(peer.told).toEqual(["1 POST /", "1 data ab", "1 data c", "1 ended", "1 closed"]);
    expect(heard).toEqual(["HEADERS 1", "DATA 1 3", "HEADERS 1 END"]);
  });

  test.each([
    ["with its head", [request(1, END_STREAM)]],
    ["with empty content", [request(1), data(1, "", END_STREAM)]],
    ["with trailers", [request(1), block(1, END_STREAM, [["a", "b"]])]],
    ["with padding alone", [request(1), data(1, "\x03abc", PADDED | END_STREAM)]],
  ])("the request ends %s", (_, bytes) => {
    const peer = Peer.greeted();
    expect(peer.say(...bytes)).toEqual([]);
    expect(peer.told).toEqual(["1 POST /", "1 ended"]);
  });

  test.each([
    [
      "padding",
      frame(
        FRAME.HEADERS,
        END_HEADERS | PADDED,
        1,
        Buffer.concat([hex("02"), encodeFields(POST), Buffer.alloc(2)]),
      ),
    ],
    [
      "a priority",
      frame(
        FRAME.HEADERS,
        END_HEADERS | PRIORITY,
        1,
        Buffer.concat([hex("00000003 10"), encodeFields(POST)]),
      ),
    ],
    [
      "both",
      frame(
        FRAME.HEADERS,
        END_HEADERS | PRIORITY | PADDED,
        1,
        Buffer.concat([hex("02 00000003 10"), encodeFields(POST), Buffer.alloc(2)]),
      ),
    ],
    ["a part for each byte", Buffer.concat(inParts(1, 0, POST, 1))],
  ])("the head comes with %s", (_, bytes) => {
    const peer = Peer.greeted();
    expect(peer.say(bytes)).toEqual([]);
    expect(peer.told).toEqual(["1 POST /"]);
  });

  test.each([
    [
      "announced and there",
      [request(1, 0, [["content-length", "2"]]), data(1, "a"), data(1, "b", END_STREAM)],
    ],
    [
      "announced and there, padded",
      [request(1, 0, [["content-length", "2"]]), data(1, "\x01ab\0", PADDED | END_STREAM)],
    ],
    ["announced as none", [request(1, END_STREAM, [["content-length", "0"]])]],
  ])("content %s (section 8.1.1)", (_, bytes) => {
    const peer = Peer.greeted();
    expect(peer.say(...bytes)).toEqual([]);
    expect(peer.told.at(-1)).toBe("1 ended");
  });

  test.each([
    [128, "1 POST /"],
    [129, undefined],
  ])("%d fields", (count, told) => {
    const peer = Peer.greeted();
    peer.say(request(1, 0, Array(count - POST.length).fill(["a", "b"])));
    expect(peer.told.at(-1)).toBe(told);
  });

  test.each([
    [65_535, "1 POST /"],
    [65_536, "1 POST /"],
    [65_537, undefined],
  ])("fields of %d bytes", (length, told) => {
    const peer = Peer.greeted();
    peer.say(...inParts(1, 0, fieldsOf(length)));
    expect(peer.told.at(-1)).toBe(told);
  });

  test("empty parts of a block do not come without end (section 10.5.1)", () => {
    const peer = Peer.greeted();
    const more = frame(FRAME.CONTINUATION, 0, 1);
    expect(peer.say(frame(FRAME.HEADERS, 0, 1), ...Array(31).fill(more))).toEqual([]);
    expect(peer.say(more)).toEqual(["GOAWAY 0 ENHANCE_YOUR_CALM"]);
  });

  test("a block is bounded before it is decoded", () => {
    const peer = Peer.greeted();
    const more = frame(FRAME.CONTINUATION, 0, 1, Buffer.alloc(16_384));
    expect(
      peer.say(frame(FRAME.HEADERS, 0, 1, Buffer.alloc(16_384)), ...Array(7).fill(more)),
    ).toEqual([]);
    expect(peer.say(more)).toEqual(["GOAWAY 0 ENHANCE_YOUR_CALM"]);
  });

  test("100,000 streams at once, and one more is refused (section 5.1.2)", () => {
    const peer = Peer.greeted();
    const last = 2 * 100_000 - 1;
    for (let id = 1; id <= last; id += 2) peer.connection.receive(request(id));
    expect(peer.heard()).toEqual([]);
    expect(peer.say(request(last + 2))).toEqual([`RST_STREAM ${last + 2} REFUSED_STREAM`]);
    peer.say(reset(1));
    expect(peer.say(request(last + 4))).toEqual([]);
    expect(peer.told.at(-1)).toBe(`${last + 4} POST /`);
  });
});

describe("answers", () => {
  test("one before the request has ended says that no more is needed (section 8.1)", () => {
    const peer = Peer.greeted({ data: (stream) => answer(stream, 1) });
    const heard = peer.say(request(1), data(1, "a"), data(1, "b"), data(1, "c", END_STREAM));
    expect(heard).toEqual(["HEADERS 1", "DATA 1 1", "HEADERS 1 END", "RST_STREAM 1 NO_ERROR"]);
    expect(peer.told).toEqual(["1 POST /", "1 data a", "1 closed"]);
  });

  test.each([
    [
      "to the last content",
      { data: (stream: Stream) => answer(stream, 1) },
      data(1, "a", END_STREAM),
    ],
    ["at the head", { open: (stream: Stream) => answer(stream, 1) }, Buffer.of()],
  ])("one %s says nothing of the kind where nothing can come", (_, reaction, bytes) => {
    const peer = Peer.greeted(reaction);
    const isAlone = bytes.length === 0;
    expect(peer.say(request(1, isAlone ? END_STREAM : 0), bytes)).toEqual([
      "HEADERS 1",
      "DATA 1 1",
      "HEADERS 1 END",
    ]);
    expect(peer.told.at(-1)).toBe("1 closed");
    expect(peer.told).not.toContain("1 ended");
  });

  test("one at another time goes out at once", () => {
    const peer = Peer.greeted();
    peer.say(request(1, END_STREAM));
    const stream = peer.stream(1);
    stream.respond(HEAD);
    expect(peer.heard()).toEqual(["HEADERS 1"]);
    stream.send(Buffer.from("a"));
    expect(peer.heard()).toEqual(["DATA 1 1"]);
    expect(stream.isOpen).toBe(true);
    stream.end(TRAILERS);
    expect(peer.heard()).toEqual(["HEADERS 1 END"]);
    expect(stream.isOpen).toBe(false);
  });

  test("a reset ends the stream once", () => {
    const peer = Peer.greeted();
    peer.say(request(1));
    peer.stream(1).reset(ERROR.PROTOCOL_ERROR);
    peer.stream(1).reset(ERROR.PROTOCOL_ERROR);
    peer.stream(1).close("us");
    expect(peer.heard()).toEqual(["RST_STREAM 1 PROTOCOL_ERROR"]);
    expect(peer.told).toEqual(["1 POST /", "1 closed"]);
  });

  test("a request that nobody serves is answered all the same", () => {
    const frames: Uint8Array[] = [];
    const connection = new Connection({
      send: (bytes) => frames.push(bytes),
      open: (stream) => {
        stream.end(TRAILERS);
        return undefined;
      },
      allowsReset: () => true,
      over: () => {},
    });
    connection.receive(Buffer.concat([HELLO, request(1), data(1, "a", END_STREAM)]));
    expect(framesOf(Buffer.concat(frames)).map(inWords)).toEqual([
      "SETTINGS ACK",
      "HEADERS 1 END",
      "RST_STREAM 1 NO_ERROR",
    ]);
  });
});

describe("what comes late on a stream (section 5.1)", () => {
  const byUs = (): Peer => {
    const peer = Peer.greeted();
    peer.say(request(1));
    peer.stream(1).end(TRAILERS);
    peer.heard();
    return peer;
  };
  const byPeer = (): Peer => {
    const peer = Peer.greeted();
    peer.say(request(1), reset(1));
    return peer;
  };

  test.each<[string, () => Peer, Buffer, string[]]>([
    ["content that crossed our end", byUs, data(1, "a", END_STREAM), []],
    ["trailers that crossed our end", byUs, block(1, END_STREAM, []), []],
    ["a wider window after our end", byUs, windowUpdate(1, 1), []],
    ["a window wider by nothing after our end", byUs, windowUpdate(1, 0), []],
    ["a reset after our end", byUs, reset(1), []],
    ["a priority after our end", byUs, frame(FRAME.PRIORITY, 0, 1, hex("00000003 10")), []],
    ["content after the peer's reset", byPeer, data(1, "a"), ["RST_STREAM 1 STREAM_CLOSED"]],
    ["a wider window after the peer's reset", byPeer, windowUpdate(1, 1), []],
    ["a second reset", byPeer, reset(1), []],
  ])("%s", (_, made, bytes, expected) => {
    const peer = made();
    const { length } = peer.told;
    expect(peer.say(bytes)).toEqual(expected);
    expect(peer.told).toHaveLength(length);
    expect(peer.say(ping("01234567"))).toEqual(["PING ACK 01234567"]);
  });

  test("late fields still change the table (section 4.3)", () => {
    const peer = byUs();
    // Adds `:path: /a` (RFC 7541 section 6.2.1), which the next request names.
    peer.say(frame(FRAME.HEADERS, END_HEADERS | END_STREAM, 1, hex("44 02 2f61")));
    peer.say(frame(FRAME.HEADERS, END_HEADERS, 3, hex("83 86 be")));
    expect(peer.told.at(-1)).toBe("3 POST /a");
  });

  test("content on a stream that was forgotten is answered by a reset", () => {
    const peer = byUs();
    for (let id = 3; id < 3 + 2 * 1024; id += 2) peer.say(request(id), reset(id));
    expect(peer.say(data(1, "a"))).toEqual(["RST_STREAM 1 STREAM_CLOSED"]);
  });
});

describe("what needs no answer, or a plain one", () => {
  test.each<[string, Buffer, string[]]>([
    ["a frame that nobody knows (section 5.5)", frame(0x0a, 0xff, 1, Buffer.from("a")), []],
    ["an acknowledgement of our settings", frame(FRAME.SETTINGS, ACK, 0), []],
    ["settings again", settings([SETTING.INITIAL_WINDOW_SIZE, 65_535]), ["SETTINGS ACK"]],
    ["a PING (section 6.7)", ping("01234567"), ["PING ACK 01234567"]],
    ["an answer to a PING that we did not send", ping("01234567", ACK), []],
    [
      "a priority of an idle stream (section 6.3)",
      frame(FRAME.PRIORITY, 0, 9, hex("00000003 10")),
      [],
    ],
  ])("%s", (_, bytes, expected) => {
    expect(Peer.greeted().say(bytes)).toEqual(expected);
  });
});

describe("what the peer may send (section 6.9)", () => {
  const FULL = Buffer.alloc(16_384);

  test("half of a stream's window, and it is renewed", () => {
    const peer = Peer.greeted();
    expect(peer.say(request(1), data(1, FULL), data(1, FULL.subarray(1)))).toEqual([]);
    expect(peer.say(data(1, "a"))).toEqual(["WINDOW_UPDATE 1 32768"]);
  });

  test("padding counts (section 6.9.1)", () => {
    const peer = Peer.greeted();
    const padded = Buffer.concat([Buffer.of(255), Buffer.alloc(16_383)]);
    expect(peer.say(request(1), data(1, padded, PADDED), data(1, padded, PADDED))).toEqual([
      "WINDOW_UPDATE 1 32768",
    ]);
  });

  test("half of the connection's window, and it is renewed, whatever became of the streams", () => {
    const peer = Peer.greeted();
    const half = 4_194_304 / 2;
    peer.say(request(1), reset(1));
    const late = peer.say(...Array(half / 16_384).fill(data(1, FULL)), data(1, "a"));
    expect(late).toContain(`WINDOW_UPDATE 0 ${half + 1}`);
  });

  test("no renewal for what has ended", () => {
    const peer = Peer.greeted();
    expect(peer.say(request(1), data(1, FULL), data(1, FULL, END_STREAM))).toEqual([]);
  });

  test.each([
    [65_535, []],
    [65_536, ["RST_STREAM 1 FLOW_CONTROL_ERROR"]],
  ])("who reads no answers is not read either: %d bytes", (length, expected) => {
    const peer = Peer.greeted();
    peer.say(settings([SETTING.INITIAL_WINDOW_SIZE, 0]), request(1));
    peer.stream(1).send(Buffer.from("a"));
    const rest = length - 3 * 16_384;
    expect(peer.say(...Array(3).fill(data(1, FULL)), data(1, FULL.subarray(0, rest)))).toEqual(
      expected,
    );
  });

  test("who reads answers again is read again", () => {
    const peer = Peer.greeted();
    peer.say(settings([SETTING.INITIAL_WINDOW_SIZE, 0]), request(1));
    peer.stream(1).send(Buffer.from("a"));
    expect(peer.say(data(1, FULL), data(1, FULL), data(1, FULL))).toEqual([]);
    expect(peer.say(windowUpdate(1, 1))).toEqual(["DATA 1 1", "WINDOW_UPDATE 1 49152"]);
  });

  test("the connection's window does not run out", () => {
    const peer = Peer.greeted();
    const heard = peer.say(request(1), ...Array(300).fill(data(1, FULL)));
    const renewed = heard.filter((line) => line.startsWith("WINDOW_UPDATE 0"));
    expect(renewed).toEqual(Array(2).fill(`WINDOW_UPDATE 0 ${129 * 16_384}`));
  });
});

describe("the end", () => {
  const FAREWELL = "PING corsd\0\0\x01";

  test("is announced; streams that come meanwhile are served; then the last is named (section 6.8)", () => {
    const peer = Peer.greeted();
    peer.say(request(1));
    peer.connection.leave();
    peer.connection.leave();
    expect(peer.heard()).toEqual([`GOAWAY ${MAX} NO_ERROR`, FAREWELL]);
    expect(peer.say(request(3), ping("corsd\0\0\x01", ACK))).toEqual(["GOAWAY 3 NO_ERROR"]);
    expect(peer.say(ping("corsd\0\0\x01", ACK), request(5))).toEqual([
      "RST_STREAM 5 REFUSED_STREAM",
    ]);
    peer.stream(1).end(TRAILERS);
    expect(peer.told).not.toContain("over");
    peer.stream(3).end(TRAILERS);
    expect(peer.told.filter((line) => line === "over")).toHaveLength(1);
    expect(peer.heard().at(-1)).toBe("RST_STREAM 3 NO_ERROR");
  });

  test("comes at once where nothing is open", () => {
    const peer = Peer.greeted();
    peer.connection.leave();
    expect(peer.say(ping("corsd\0\0\x01", ACK)).at(-1)).toBe("GOAWAY 0 NO_ERROR");
    expect(peer.told).toEqual(["over"]);
  });

  test("comes at once where nobody is known", () => {
    const peer = new Peer();
    peer.connection.leave();
    expect([peer.heard(), peer.told]).toEqual([[], ["over"]]);
  });

  test("comes with the last stream once the peer opens no more", () => {
    const peer = Peer.greeted();
    peer.say(request(1), frame(FRAME.GOAWAY, 0, 0, uint32s(0, 0)));
    expect(peer.say(request(3))).toEqual(["RST_STREAM 3 REFUSED_STREAM"]);
    peer.say(reset(1));
    expect(peer.told).toEqual(["1 POST /", "1 closed", "over"]);
  });

  test("comes at once where the peer says that all is lost", () => {
    const peer = Peer.greeted();
    expect(peer.say(request(1), frame(FRAME.GOAWAY, 0, 0, uint32s(0, 1)), request(3))).toEqual([]);
    expect(peer.told).toEqual(["1 POST /", "1 closed", "over"]);
  });

  test("comes with the loss of the transport", () => {
    const peer = Peer.greeted();
    peer.say(request(1));
    peer.connection.lost();
    peer.connection.lost();
    expect([peer.heard(), peer.told]).toEqual([[], ["1 POST /", "1 closed", "over"]]);
    expect(peer.stream(1).isOpen).toBe(false);
  });

  test("a handler that is told of the end can say nothing more", () => {
    const peer = Peer.greeted({ ended: (stream) => answer(stream, 1) });
    expect(peer.say(request(1), request(3), data(0, "a"))).toEqual(["GOAWAY 3 PROTOCOL_ERROR"]);
  });
});

test("any cut of the bytes gives the same output (RFC 9113 section 4.1)", () => {
  const bytes = Buffer.concat([
    HELLO,
    request(1, 0, [["a", "b"]]),
    data(1, "abc"),
    ...inParts(3, END_STREAM, POST, 2),
    settings([SETTING.INITIAL_WINDOW_SIZE, 5]),
    data(1, "\x02abcd", PADDED | END_STREAM),
    ping("01234567"),
    windowUpdate(1, 100),
    request(5),
    reset(5),
    data(5, "late"),
    windowUpdate(0, 0),
  ]);
  const spoken = (chunks: readonly Buffer[]): unknown => {
    const peer = new Peer({ ended: (stream) => answer(stream, 20) });
    const heard = chunks.flatMap((chunk) => peer.say(chunk));
    return [heard, peer.told];
  };
  const whole = spoken([bytes]);
  expect(whole).toMatchObject([{ length: 12 }, {}]);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length)), (places) => {
      const sorted = [...places].sort((a, b) => a - b);
      const chunks = [0, ...sorted].map((from, index) =>
        bytes.subarray(from, sorted[index] ?? bytes.length),
      );
      expect(spoken(chunks)).toEqual(whole);
    }),
    { numRuns: 500 },
  );
});
