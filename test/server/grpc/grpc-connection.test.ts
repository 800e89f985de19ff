import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { type ClientHttp2Session, connect as connectHttp2, constants } from "node:http2";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { FLAG, FRAME } from "../../../src/http2/frame.ts";
import { loadCertificates } from "../../../src/server/certificates.ts";
import { APP, governedBy, group, policy } from "../../cors/sample.ts";
import { frame, PREFACE } from "../../http2/frames.ts";
import { headers, PROCESS } from "../ext-proc-client.ts";
import { type Running, startForTest } from "../running.ts";
import { framed, Http2Call, openSession } from "./http2-call.ts";

const GOVERNED = governedBy(group([policy()]));
const ASKED = framed(
  PROCESS.requestSerialize({
    request_headers: headers([
      [":method", "GET"],
      [":path", "/"],
      ["origin", APP],
    ]),
  }),
);
const ANSWERED = framed(PROCESS.requestSerialize({ response_headers: headers([]) }));

const HELLO = Buffer.concat([PREFACE, frame(FRAME.SETTINGS, 0, 0, Buffer.of())]);

function portOf(target: string): number {
  return Number(target.split(":")[1]);
}

/** A TCP connection that ends with the test. */
function openSocket(target: string): Socket {
  const socket = connect(portOf(target), "127.0.0.1");
  socket.on("error", () => {});
  socket.resume();
  onTestFinished(() => {
    socket.destroy();
  });
  return socket;
}

async function openCall({
  target,
}: Running): Promise<{ session: ClientHttp2Session; call: Http2Call }> {
  const session = openSession(target);
  const call = new Http2Call(session).send(ASKED);
  await once(call.stream, "response");
  return { session, call };
}

describe("a connection that breaks the protocol ends, and no other", () => {
  test.each([
    ["no preface", Buffer.from("POST / HTTP/1.1\r\nhost: a\r\n\r\n")],
    ["random bytes", Buffer.from("9f3a00ff".repeat(64), "hex")],
    ["garbage after the preface", Buffer.concat([HELLO, Buffer.alloc(512, 0xff)])],
    ["headers that cannot be unpacked", Buffer.concat([HELLO, badHeaders()])],
    ["data on a stream that is not open", Buffer.concat([HELLO, frame(FRAME.DATA, 0, 1, ASKED)])],
    ["data on the connection", Buffer.concat([HELLO, frame(FRAME.DATA, 0, 0, ASKED)])],
    ["a goodbye for an error", Buffer.concat([HELLO, frame(FRAME.GOAWAY, 0, 0, goodbye())])],
    ["a frame that is too long", Buffer.concat([HELLO, tooLong()])],
    [
      "settings with half an entry",
      Buffer.concat([PREFACE, frame(FRAME.SETTINGS, 0, 0, Buffer.of(1))]),
    ],
  ])("%s", async (_, bytes) => {
    const running = await startForTest(() => GOVERNED);
    const { call } = await openCall(running);
    const socket = openSocket(running.target);
    socket.write(bytes);
    await once(socket, "close");
    call.send(ANSWERED);
    expect(await call.outcome()).toMatchObject({ status: "0" });
    expect(running.recorder.bugs).toBe(0);
  });

  function goodbye(): Buffer {
    const last = Buffer.alloc(8);
    last.writeUInt32BE(constants.NGHTTP2_PROTOCOL_ERROR, 4);
    return last;
  }

  function badHeaders(): Buffer {
    // An index into a table that is empty (RFC 7541 section 6.1).
    return frame(FRAME.HEADERS, FLAG.END_HEADERS, 1, Buffer.of(0xff, 0xff, 0xff, 0xff, 0x0f));
  }

  function tooLong(): Buffer {
    const head = frame(FRAME.HEADERS, FLAG.END_HEADERS, 1, Buffer.of());
    head.writeUIntBE(2 ** 24 - 1, 0, 3);
    return head;
  }

  test("one that is cut in the middle of a frame", async () => {
    const running = await startForTest(() => GOVERNED);
    const { call } = await openCall(running);
    const socket = openSocket(running.target);
    socket.end(Buffer.concat([HELLO, frame(FRAME.DATA, 0, 1, ASKED).subarray(0, 12)]));
    await once(socket, "close");
    call.send(ANSWERED);
    expect(await call.outcome()).toMatchObject({ status: "0" });
  });

  test("one that is reset with streams open: they end", async () => {
    const running = await startForTest(() => GOVERNED);
    const { session } = await openCall(running);
    session.destroy();
    expect(await running.recorder.ended(1)).toEqual(["peer"]);
    expect(running.recorder.activeStreams).toBe(0);
  });
});

describe("a drain", () => {
  test("serves what was sent before the peer could hear of it, then names the last stream", async () => {
    const running = await startForTest(() => GOVERNED);
    const { session, call } = await openCall(running);
    const goaways: unknown[] = [];
    session.on("goaway", (code, last) => goaways.push([code, last]));
    const drained = running.service.drain();
    const late = new Http2Call(session).send(ASKED).send(ANSWERED);
    expect(await late.outcome()).toMatchObject({ status: "0" });
    call.send(ANSWERED);
    expect(await call.outcome()).toMatchObject({ status: "0" });
    await drained;
    expect(goaways).toEqual([
      [constants.NGHTTP2_NO_ERROR, 2 ** 31 - 1],
      [constants.NGHTTP2_NO_ERROR, late.stream.id],
    ]);
    expect(await running.recorder.ended(2)).toEqual(["answered", "answered"]);
  });

  test("ends connections on which nothing is open, and those that never spoke", async () => {
    const running = await startForTest(() => GOVERNED);
    const session = openSession(running.target);
    await once(session, "remoteSettings");
    const silent = openSocket(running.target);
    await once(silent, "connect");
    const closed = [once(session, "close"), once(silent, "close")];
    await running.service.drain();
    await Promise.all(closed);
  });

  test("twice is as good as once", async () => {
    const running = await startForTest(() => GOVERNED);
    const { call } = await openCall(running);
    const drained = [running.service.drain(), running.service.drain()];
    call.send(ANSWERED);
    expect(await call.outcome()).toMatchObject({ status: "0" });
    await Promise.all(drained);
  });
});

test("a cut ends what is open at once", async () => {
  const running = await startForTest(() => GOVERNED);
  const { session, call } = await openCall(running);
  const silent = openSocket(running.target);
  await once(silent, "connect");
  const closed = [once(session, "close"), once(silent, "close")];
  running.service.cut();
  await Promise.all(closed);
  expect((await call.outcome()).status).toBeUndefined();
  expect(await running.recorder.ended(1)).toEqual(["peer"]);
});

describe("with TLS", () => {
  const PAIRS = join(import.meta.dirname, "..", "tls");

  async function secured(): Promise<Running> {
    const files = { cert: join(PAIRS, "first.pem"), key: join(PAIRS, "first.key") };
    const loaded = await loadCertificates({ ...files, clientCa: undefined });
    if (!loaded.ok) throw new Error(loaded.error);
    return startForTest(() => GOVERNED, { certificates: loaded.value });
  }

  test("an exchange", async () => {
    const { target, recorder } = await secured();
    const ca = await readFile(join(PAIRS, "first.pem"));
    const session = connectHttp2(`https://${target}`, { ca, checkServerIdentity: () => undefined });
    onTestFinished(() => session.destroy());
    const call = new Http2Call(session).send(Buffer.concat([ASKED, ANSWERED]));
    expect(await call.outcome()).toMatchObject({ status: "0" });
    expect(await recorder.ended(1)).toEqual(["answered"]);
  });

  test.each([[undefined], [["http/1.1"]]])("protocols %j: no connection", async (protocols) => {
    const { target } = await secured();
    const socket = connectTls({
      port: portOf(target),
      host: "127.0.0.1",
      rejectUnauthorized: false,
      ...(protocols === undefined ? {} : { ALPNProtocols: protocols }),
    });
    socket.on("error", () => {});
    socket.resume();
    await new Promise((resolve) => socket.once("close", resolve));
    expect(socket.bytesRead).toBeLessThan(5000);
  });

  test.each([
    ["cut", "cut"],
    ["drained", "drain"],
  ] as const)("a handshake that never ends is %s", async (_, end) => {
    const { target, service } = await secured();
    const socket = openSocket(target);
    await once(socket, "connect");
    const closed = once(socket, "close");
    void service[end]();
    service.cut();
    await closed;
  });
});
