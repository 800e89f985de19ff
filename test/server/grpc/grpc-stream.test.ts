import { once } from "node:events";
import { constants } from "node:http2";
import { describe, expect, test } from "vitest";
import { MAX_MESSAGE_LENGTH } from "../../../src/server/grpc/grpc-messages.ts";
import { APP, governedBy, group, policy } from "../../cors/sample.ts";
import { headers, PROCESS } from "../ext-proc-client.ts";
import { type Running, startForTest } from "../running.ts";
import { framed, Http2Call, type Outcome, openSession } from "./http2-call.ts";

const GOVERNED = governedBy(group([policy()]));

const ASKED = PROCESS.requestSerialize({
  request_headers: headers([
    [":method", "GET"],
    [":path", "/"],
    ["origin", APP],
  ]),
});
const ANSWERED = PROCESS.requestSerialize({ response_headers: headers([[":status", "200"]]) });
const CONTINUE = framed(PROCESS.responseSerialize({ request_headers: {} }));

async function calling(
  requestHeaders: Record<string, string> = {},
): Promise<Running & { readonly call: Http2Call }> {
  const running = await startForTest(() => GOVERNED);
  return { ...running, call: new Http2Call(openSession(running.target), requestHeaders) };
}

describe("messages", () => {
  test("two in one piece: both are answered, then the status", async () => {
    const { call, recorder } = await calling();
    call.send(Buffer.concat([framed(ASKED), framed(ANSWERED)]));
    const { httpStatus, data, status, message, code } = await call.outcome();
    expect({ httpStatus, status, message, code }).toEqual({
      httpStatus: 200,
      status: "0",
      message: undefined,
      code: constants.NGHTTP2_NO_ERROR,
    });
    expect(data.subarray(0, CONTINUE.length)).toEqual(CONTINUE);
    expect(data.length).toBeGreaterThan(CONTINUE.length);
    expect(await recorder.ended(1)).toEqual(["answered"]);
  });

  test("what follows the last answer is passed over", async () => {
    const { call, recorder } = await calling();
    call.send(Buffer.concat([framed(ASKED), framed(ANSWERED), framed(ASKED), framed(ASKED, 1)]));
    expect(await call.outcome()).toMatchObject({ status: "0" });
    expect(await recorder.ended(1)).toEqual(["answered"]);
    expect(recorder.unexpectedMessages.size).toBe(0);
  });

  test("in pieces: cut in the prefix and in the message", async () => {
    const { call } = await calling();
    const bytes = Buffer.concat([framed(ASKED), framed(ANSWERED)]);
    await call.sendApart([bytes.subarray(0, 3), bytes.subarray(3, 20), bytes.subarray(20)]);
    expect(await call.outcome()).toMatchObject({ status: "0" });
  });

  test("no message at all: OK, by headers alone", async () => {
    const { call, recorder } = await calling();
    call.end();
    expect(await call.outcome()).toMatchObject({ httpStatus: 200, status: "0", data: Buffer.of() });
    expect(await recorder.ended(1)).toEqual(["peer"]);
  });

  test("one message and no second: OK", async () => {
    const { call, recorder } = await calling();
    call.send(framed(ASKED)).end();
    expect(await call.outcome()).toMatchObject({ status: "0", data: CONTINUE });
    expect(await recorder.ended(1)).toEqual(["peer"]);
  });
});

describe("what is no gRPC message ends the stream with a status", () => {
  test.each([
    ["compressed", framed(ASKED, 1), "12", "compressed messages are not taken", "malformed"],
    ["unknown flags", framed(ASKED, 2), "13", "no gRPC message: unknown flags", "malformed"],
    [
      "too long",
      framed(Buffer.of(), 0, MAX_MESSAGE_LENGTH + 1),
      "8",
      `message longer than ${MAX_MESSAGE_LENGTH} bytes`,
      "too-long",
    ],
  ] as const)("%s", async (_, bytes, status, message, counted) => {
    const { call, recorder } = await calling();
    call.send(bytes);
    expect(await call.outcome()).toMatchObject({ httpStatus: 200, status, message });
    expect(await recorder.ended(1)).toEqual(["failure"]);
    expect([...recorder.unexpectedMessages]).toEqual([[counted, 1]]);
  });

  test("an end within a message", async () => {
    const { call, recorder } = await calling();
    call.send(framed(ASKED).subarray(0, 20)).end();
    expect(await call.outcome()).toMatchObject({
      status: "13",
      message: "the stream ended within a message",
    });
    expect(await recorder.ended(1)).toEqual(["failure"]);
    expect([...recorder.unexpectedMessages]).toEqual([["malformed", 1]]);
  });

  test("after an answer: the status comes as trailers", async () => {
    const { call } = await calling();
    call.send(Buffer.concat([framed(ASKED), framed(ASKED)]));
    expect(await call.outcome()).toMatchObject({
      data: CONTINUE,
      status: "3",
      message: "second request_headers",
    });
  });
});

describe("what is no gRPC call is not asked", () => {
  test.each<[string, Record<string, string>, object]>([
    ["another content type", { "content-type": "application/json" }, { httpStatus: 415 }],
    ["GET", { ":method": "GET" }, { httpStatus: 405 }],
    ["an unknown method", { ":path": "/corsd.Other/Ask" }, { httpStatus: 200, status: "12" }],
    ["an encoding", { "grpc-encoding": "gzip" }, { httpStatus: 200, status: "12" }],
    ["a malformed timeout", { "grpc-timeout": "soon" }, { httpStatus: 200, status: "3" }],
  ])("%s", async (_, requestHeaders, outcome) => {
    const { call, recorder } = await calling(requestHeaders);
    expect(await call.outcome()).toMatchObject(outcome);
    expect(recorder.streams.size).toBe(0);
  });

  test.each([
    ["more header lines than are taken", () => lines(200, 1)],
    ["longer headers than are taken", () => lines(10, 6600)],
  ])("%s: that stream alone is lost", async (_, make) => {
    const { target } = await startForTest(() => GOVERNED);
    const session = openSession(target);
    const good = (): Promise<Outcome> => new Http2Call(session).send(framed(ASKED)).end().outcome();
    // The limit is in force once the peer has heard of it.
    expect(await good()).toMatchObject({ status: "0" });
    const lost = await new Http2Call(session, make()).end().outcome();
    expect(lost).toMatchObject({ status: undefined, code: constants.NGHTTP2_ENHANCE_YOUR_CALM });
    expect(await good()).toMatchObject({ status: "0" });
  });
});

function lines(count: number, length: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`x-line-${index}`, "a".repeat(length)]),
  );
}

describe("grpc-timeout", () => {
  test("a stream that takes longer ends with DEADLINE_EXCEEDED", async () => {
    const { call, recorder } = await calling({ "grpc-timeout": "30m" });
    call.send(framed(ASKED));
    expect(await call.outcome()).toMatchObject({ data: CONTINUE, status: "4" });
    expect(await recorder.ended(1)).toEqual(["failure"]);
  });

  test("before any answer it comes as headers alone", async () => {
    const { call } = await calling({ "grpc-timeout": "30m" });
    expect(await call.outcome()).toMatchObject({ httpStatus: 200, status: "4" });
  });

  test.each(["10S", "99999999H"])("%s is enough for an exchange", async (timeout) => {
    const { call } = await calling({ "grpc-timeout": timeout });
    call.send(Buffer.concat([framed(ASKED), framed(ANSWERED)]));
    expect(await call.outcome()).toMatchObject({ status: "0" });
  });
});

describe("health", () => {
  const CHECK = { ":path": "/grpc.health.v1.Health/Check" };

  test.each([
    ["no message", Buffer.of(), "no message"],
    ["a malformed one", framed(Buffer.of(0xff)), "malformed message, or more than one"],
    [
      "two",
      Buffer.concat([framed(Buffer.of()), framed(Buffer.of())]),
      "malformed message, or more than one",
    ],
  ])("checked with %s", async (_, bytes, message) => {
    const { call } = await calling(CHECK);
    if (bytes.length > 0) call.send(bytes);
    expect(await call.end().outcome()).toMatchObject({ status: "3", message });
  });

  test("watched with a malformed message", async () => {
    const { call, service } = await calling({ ":path": "/grpc.health.v1.Health/Watch" });
    call.send(framed(Buffer.of(0xff)));
    expect(await call.outcome()).toMatchObject({ status: "3" });
    await service.drain();
  });
});

describe("many streams", () => {
  test("10,000 open at once on one connection, each answered", async () => {
    const { target, recorder } = await startForTest(() => GOVERNED);
    const session = openSession(target);
    await once(session, "remoteSettings");
    const calls = Array.from({ length: 10_000 }, () => new Http2Call(session).send(framed(ASKED)));
    await Promise.all(calls.map(({ stream }) => once(stream, "response")));
    expect(recorder.activeStreams).toBe(10_000);
    for (const call of calls) call.send(framed(ANSWERED));
    const outcomes = await Promise.all(calls.map((call) => call.outcome()));
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(["0"]));
    expect(recorder.activeStreams).toBe(0);
  }, 60_000);

  test("messages that are begun and not ended take 64 MiB of a connection at most", async () => {
    const { target, recorder } = await startForTest(() => GOVERNED);
    const session = openSession(target);
    await once(session, "remoteSettings");
    // Held memory is twice what has come: 32 of these come to the limit.
    const begun = framed(Buffer.alloc(1_048_576 - 5), 0, MAX_MESSAGE_LENGTH);
    const calls = Array.from({ length: 40 }, () => new Http2Call(session).send(begun));
    const first = await Promise.race(calls.map((call) => call.outcome()));
    expect(first).toMatchObject({ status: "8", message: "too many incomplete messages" });
    const refused = (): number => recorder.unexpectedMessages.get("too-long") ?? 0;
    await settled(refused);
    expect(refused()).toBeGreaterThan(0);
    expect(recorder.activeStreams).toBeGreaterThanOrEqual(24);
    for (const call of calls) call.stream.close();
    await recorder.ended(40);
    // All is given back.
    const good = new Http2Call(session).send(Buffer.concat([framed(ASKED), framed(ANSWERED)]));
    expect(await good.outcome()).toMatchObject({ status: "0" });
  });

  test("a peer that reads no answer is not read without end", async () => {
    const { target, recorder } = await startForTest(() => GOVERNED);
    const session = openSession(target);
    const call = new Http2Call(session);
    call.stream.pause();
    const body = framed(PROCESS.requestSerialize({ request_body: { body: Buffer.alloc(1) } }));
    const many = Buffer.concat(Array.from({ length: 1000 }, () => body));
    const total = 400_000;
    for (let sent = 0; sent < total; sent += 1000) call.stream.write(many);
    const seen = await settled(() => recorder.unexpectedMessages.get("request_body") ?? 0);
    expect(seen).toBeGreaterThan(1000);
    expect(seen).toBeLessThan(total);
    call.stream.resume();
    call.end();
    expect(await call.outcome()).toMatchObject({ status: "0" });
    expect(recorder.unexpectedMessages.get("request_body")).toBe(total);
  }, 60_000);
});

/** A number once it has stopped growing for a while. */
async function settled(read: () => number): Promise<number> {
  let before = -1;
  for (let now = read(); now !== before || now === 0; now = read()) {
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return before;
}
