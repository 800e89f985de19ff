import { describe, expect, test } from "vitest";
import { FLAG } from "../../src/http2/frame.ts";
import { SETTING } from "../../src/http2/peer-settings.ts";
import { ping, request, reset, settings, windowUpdate } from "./frames.ts";
import { answer, HEAD, Peer, TRAILERS } from "./peer.ts";

// What the peer takes (RFC 9113 section 6.9): content waits for it, and the end for the content.

const { END_STREAM } = FLAG;
const MAX = 2 ** 31 - 1;

function window(size: number): Buffer {
  return settings([SETTING.INITIAL_WINDOW_SIZE, size]);
}

/** A peer that has asked on these streams, and has been answered by so many bytes on each. */
function answered(
  length: number,
  ids: readonly number[],
  ...first: readonly Buffer[]
): [Peer, string[]] {
  const peer = Peer.greeted({ ended: (stream) => answer(stream, length) });
  peer.say(...first);
  return [peer, peer.say(...ids.map((id) => request(id, END_STREAM)))];
}

describe("a stream's window", () => {
  test.each([
    [9, ["DATA 1 9", "HEADERS 1 END"]],
    [10, ["DATA 1 10", "HEADERS 1 END"]],
    [11, ["DATA 1 10"]],
  ])("of 10 bytes takes %d", (length, expected) => {
    const [, heard] = answered(length, [1], window(10));
    expect(heard).toEqual(["HEADERS 1", ...expected]);
  });

  test("widened, lets out as much, and the end with the last byte", () => {
    const [peer] = answered(10, [1], window(0));
    expect(peer.say(windowUpdate(1, 4))).toEqual(["DATA 1 4"]);
    expect(peer.say(windowUpdate(1, 5))).toEqual(["DATA 1 5"]);
    expect(peer.told).not.toContain("1 closed");
    expect(peer.say(windowUpdate(1, 100))).toEqual(["DATA 1 1", "HEADERS 1 END"]);
    expect(peer.told.at(-1)).toBe("1 closed");
  });

  test("holds up that stream alone", () => {
    const [, heard] = answered(10, [1, 3], window(5));
    expect(heard).toEqual(["HEADERS 1", "DATA 1 5", "HEADERS 3", "DATA 3 5"]);
  });

  test("takes up to 31 bits (section 6.9.1)", () => {
    const [peer] = answered(1, [1], window(0));
    const other = Peer.greeted();
    other.say(request(1));
    expect(other.say(windowUpdate(1, MAX - 65_535), ping("01234567"))).toEqual([
      "PING ACK 01234567",
    ]);
    expect(peer.say(windowUpdate(1, MAX))).toEqual(["DATA 1 1", "HEADERS 1 END"]);
  });

  test("changes with the settings, on open streams and on new ones (section 6.9.2)", () => {
    const [peer] = answered(10, [1, 3], window(4));
    expect(peer.say(window(7))).toEqual(["SETTINGS ACK", "DATA 1 3", "DATA 3 3"]);
    expect(peer.say(request(5, END_STREAM))).toEqual(["HEADERS 5", "DATA 5 7"]);
  });

  test("can fall below 0, and has to be made good (section 6.9.2)", () => {
    const [peer] = answered(10, [1], window(8));
    expect(peer.say(window(3))).toEqual(["SETTINGS ACK"]);
    expect(peer.say(windowUpdate(1, 5))).toEqual([]);
    expect(peer.say(windowUpdate(1, 1))).toEqual(["DATA 1 1"]);
    expect(peer.say(window(4))).toEqual(["SETTINGS ACK", "DATA 1 1", "HEADERS 1 END"]);
  });

  test("below 0 it takes not even nothing", () => {
    const peer = Peer.greeted();
    peer.say(window(5), request(1));
    peer.stream(1).send(Buffer.alloc(5));
    peer.say(window(4));
    peer.stream(1).send(Buffer.of());
    expect(peer.heard()).toEqual([]);
    expect(peer.stream(1).isWaiting).toBe(true);
    expect(peer.say(windowUpdate(1, 2))).toEqual(["DATA 1 0"]);
  });

  test("that the settings take above 31 bits ends the connection (section 6.9.2)", () => {
    const peer = Peer.greeted();
    peer.say(request(1), windowUpdate(1, 1));
    expect(peer.say(window(MAX))).toEqual(["SETTINGS ACK", "GOAWAY 1 FLOW_CONTROL_ERROR"]);
  });
});

describe("the connection's window", () => {
  const FIRST = 65_535;

  test.each([
    [FIRST - 1, ["HEADERS 1 END"]],
    [FIRST, ["HEADERS 1 END"]],
    [FIRST + 1, []],
  ])("takes %d bytes of a stream that takes more", (length, end) => {
    const [, heard] = answered(length, [1], window(MAX));
    const sent = heard
      .filter((line) => line.startsWith("DATA"))
      .map((line) => Number(line.split(" ")[2]));
    expect(sent.reduce((sum, its) => sum + its, 0)).toBe(Math.min(length, FIRST));
    expect(Math.max(...sent)).toBe(16_384);
    expect(heard.slice(5)).toEqual(end);
  });

  test("widened, lets out as much, in turns", () => {
    const [peer] = answered(FIRST, [1], window(MAX));
    peer.say(request(3, END_STREAM), request(5, END_STREAM));
    expect(peer.say(windowUpdate(0, 16_384))).toEqual(["DATA 3 16384"]);
    expect(peer.say(windowUpdate(0, 10))).toEqual(["DATA 5 10"]);
    expect(peer.say(windowUpdate(0, 10))).toEqual(["DATA 3 10"]);
    const rest = peer.say(windowUpdate(0, 2 * FIRST));
    expect(rest.filter((line) => line.startsWith("HEADERS"))).toEqual([
      "HEADERS 5 END",
      "HEADERS 3 END",
    ]);
  });

  test("a stream can run out of either window, or both", () => {
    const [peer] = answered(FIRST, [1], window(FIRST));
    peer.say(request(3, END_STREAM), window(0));
    expect(peer.say(windowUpdate(0, 10))).toEqual([]);
    expect(peer.say(windowUpdate(3, 20))).toEqual(["DATA 3 10"]);
    expect(peer.say(windowUpdate(0, 20))).toEqual(["DATA 3 10"]);
    expect(peer.say(windowUpdate(3, 5))).toEqual(["DATA 3 5"]);
  });

  test("a stream that was held up and could end since is not sent again", () => {
    const [peer] = answered(FIRST, [1], window(FIRST));
    peer.say(request(3));
    peer.stream(3).send(Buffer.alloc(4));
    expect(peer.say(windowUpdate(0, 4))).toEqual(["DATA 3 4"]);
    expect(peer.say(windowUpdate(0, 4))).toEqual([]);
    peer.stream(3).send(Buffer.alloc(5));
    expect(peer.heard()).toEqual(["DATA 3 4"]);
    peer.say(reset(3));
    expect(peer.say(windowUpdate(0, 4))).toEqual([]);
  });

  test("a stream whose own window was taken away waits for that", () => {
    const [peer] = answered(FIRST, [1], window(FIRST));
    peer.say(request(3));
    peer.stream(3).send(Buffer.alloc(4));
    peer.say(window(0));
    expect(peer.say(windowUpdate(0, 4))).toEqual([]);
    expect(peer.say(window(FIRST))).toEqual(["SETTINGS ACK", "DATA 3 4"]);
  });

  test("a stream that said all while it was held up is not said again", () => {
    const [peer] = answered(FIRST - 1, [1], window(MAX));
    peer.say(request(3));
    const stream = peer.stream(3);
    stream.send(Buffer.alloc(2));
    stream.send(Buffer.alloc(3));
    stream.end(TRAILERS);
    expect(stream.isOpen).toBe(false);
    expect(peer.heard()).toEqual(["DATA 3 1"]);
    expect(peer.say(windowUpdate(0, 100))).toEqual([
      "DATA 3 1",
      "DATA 3 3",
      "HEADERS 3 END",
      "RST_STREAM 3 NO_ERROR",
    ]);
  });
});

test("content longer than a frame goes out in several (section 4.2)", () => {
  const peer = Peer.greeted();
  peer.say(request(1));
  peer.stream(1).respond(HEAD);
  peer.stream(1).send(Buffer.alloc(40_000));
  expect(peer.heard()).toEqual(["HEADERS 1", "DATA 1 16384", "DATA 1 16384", "DATA 1 7232"]);
  expect(peer.say(windowUpdate(0, 1))).toEqual([]);
});

describe("work that a peer makes us do is in proportion to its own", () => {
  const many = 2000;
  const ids = Array.from({ length: many }, (_, index) => 2 * index + 1);
  const allowed = (1_000_000 + 16 * many) / many;

  function changed(times: number): string | undefined {
    const peer = Peer.greeted();
    peer.say(...ids.map((id) => request(id)));
    const changes = Array.from({ length: times }, (_, index) => window(index % 2));
    return peer.say(...changes).at(-1);
  }

  test("the window of 2,000 open streams can change 516 times", () => {
    expect(allowed).toBe(516);
    expect(changed(516)).toBe("SETTINGS ACK");
    expect(changed(517)).toBe(`GOAWAY ${2 * many - 1} ENHANCE_YOUR_CALM`);
  });

  test("settings that change nothing can come without end", () => {
    const peer = Peer.greeted();
    peer.say(...ids.map((id) => request(id)));
    expect(peer.say(...Array(1000).fill(window(65_535))).at(-1)).toBe("SETTINGS ACK");
  });

  test("streams that wait for their own window are not looked at for the connection's", () => {
    const [peer] = answered(1, ids, window(0));
    let looked = 0;
    for (const stream of peer.streams.values()) {
      const resume = stream.resume.bind(stream);
      stream.resume = () => {
        looked += 1;
        resume();
      };
    }
    peer.say(...Array(100).fill(windowUpdate(0, 1)));
    expect(looked).toBe(0);
    peer.say(windowUpdate(1, 1));
    expect(looked).toBe(1);
  });
});
