import { Exchange } from "../../src/extproc/exchange.ts";
import { Connection } from "../../src/http2/connection.ts";
import { FieldDecoder } from "../../src/http2/field-decoder.ts";
import { FLAG, FRAME } from "../../src/http2/frame.ts";
import type { RequestHead } from "../../src/http2/request-head.ts";
import type { Stream, StreamHandler } from "../../src/http2/stream.ts";
import { MAX_MESSAGE_LENGTH } from "../../src/server/grpc/grpc-messages.ts";
import { refusalOf, timeoutOf } from "../../src/server/grpc/grpc-request.ts";
import { GrpcStream, refuse } from "../../src/server/grpc/grpc-stream.ts";
import { HeldBytes } from "../../src/server/grpc/held-bytes.ts";
import { ProcessCall } from "../../src/server/grpc/process-call.ts";
import { block, data, type Frame, frame, framesOf, HELLO } from "../http2/frames.ts";
import { headers, PROCESS } from "../server/ext-proc-client.ts";
import { Recorder } from "../server/recorder.ts";
import { ensure, ensureSame } from "./ensure.ts";
import { SAMPLES } from "./policies.ts";
import type { Random } from "./random.ts";
import { defineTarget } from "./target.ts";
import { bytesField, encodeWire } from "./wire-message.ts";

// gRPC's frames on one connection, without a socket: a stream that does what it should, beside others that do not. Each
// message that is whole is a body, which is answered, so that what is answered tells what was understood.

type HostileStream = {
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly content: Buffer;
  /** Where the content is cut into frames. */
  readonly places: readonly number[];
  readonly ends: boolean;
};

type FramingCase = {
  readonly streams: readonly HostileStream[];
  /** Which stream says its next frame: numbers of streams, the first of which is the good one. */
  readonly turns: readonly number[];
};

const CALL = [
  ["content-type", "application/grpc"],
  ["te", "trailers"],
] as const;

function draw(random: Random): FramingCase {
  const streams = Array.from({ length: random.between(1, 3) }, () => drawStream(random));
  const turns = random.list(30, () => random.below(streams.length + 1));
  return { streams, turns };
}

function drawStream(random: Random): HostileStream {
  const parts = random.list(5, () => drawMessage(random));
  if (random.oneIn(8)) parts.push(random.bytes(random.below(9)));
  const content = Buffer.concat(parts);
  const isCut = random.oneIn(6);
  return {
    fields: random.oneIn(10) ? oddFields(random) : CALL,
    content: isCut ? content.subarray(0, random.below(content.length + 1)) : content,
    places: random.list(6, () => random.below(content.length + 1)).sort((a, b) => a - b),
    ends: !random.oneIn(4),
  };
}

function drawMessage(random: Random): Buffer {
  const prefix = Buffer.alloc(5);
  const body = bodyOf(random);
  if (random.oneIn(12)) prefix[0] = random.pick([1, 1, 2, 128, 255]);
  const length = random.oneIn(20) ? random.pick(LENGTHS) : body.length;
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, body]);
}

const LENGTHS = [0, 1, 65_535, MAX_MESSAGE_LENGTH, MAX_MESSAGE_LENGTH + 1, 2 ** 31, 2 ** 32 - 1];

/** A request_body message of some length. */
function bodyOf(random: Random): Buffer {
  if (!random.oneIn(3000)) return encodeWire([bytesField(4, Buffer.alloc(random.below(300)))]);
  // Its tags and lengths take ten bytes.
  const length = MAX_MESSAGE_LENGTH + random.between(-1, 1);
  return encodeWire([bytesField(4, [bytesField(1, Buffer.alloc(length - 10))])]);
}

function oddFields(random: Random): HostileStream["fields"] {
  return [
    ["content-type", random.pick(["application/grpc+proto", "application/grpcx", "text/html", ""])],
    ["grpc-encoding", random.pick(["identity", "gzip", "\xff"])],
    ["grpc-timeout", random.pick(["1S", "99999999H", "123456789S", "-1S", "0n", ""])],
    ["x-corsd-mode", random.pick(["full", "", "request-only"])],
  ];
}

/** What gRPC says of the content of a stream: how many messages are whole, and what becomes of it. */
function understood({ content, ends }: HostileStream): { messages: number; status: string } {
  let messages = 0;
  let at = 0;
  while (at + 5 <= content.length) {
    const flags = content.readUInt8(at);
    const length = content.readUInt32BE(at + 1);
    if (flags === 1) return { messages, status: "12" };
    if (flags !== 0) return { messages, status: "13" };
    if (length > MAX_MESSAGE_LENGTH) return { messages, status: "8" };
    if (at + 5 + length > content.length) break;
    // What is no message, or none of a body: the exchange refuses it, or ends; see the target of messages.
    if (!isBody(content.subarray(at + 5, at + 5 + length))) return { messages, status: "any" };
    messages += 1;
    at += 5 + length;
  }
  if (!ends) return { messages, status: "open" };
  return { messages, status: at === content.length ? "0" : "13" };
}

/** One field of a body that takes all of the message: what {@link bodyOf} makes, and hardly anything by chance. */
function isBody(message: Buffer): boolean {
  try {
    const oracle = PROCESS.requestDeserialize(message);
    return message[0] === 0x22 && Object.keys(oracle).join() === "request_body";
  } catch {
    return false;
  }
}

const ASKED = PROCESS.requestSerialize({
  request_headers: headers([
    [":method", "GET"],
    [":path", "/"],
    ["origin", "https://app.example.com"],
  ]),
});
const ANSWERED = PROCESS.requestSerialize({ response_headers: headers([]) });
const GOOD: HostileStream = {
  fields: CALL,
  content: Buffer.concat([framed(ASKED), framed(ANSWERED)]),
  places: [3, 40, 41, ASKED.length + 2, ASKED.length + 5, ASKED.length + 9],
  ends: true,
};

function framed(message: Buffer): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

function run({ streams, turns }: FramingCase): string {
  const recorder = new Recorder();
  const output: Uint8Array[] = [];
  const connection = serve(recorder, output);
  for (const bytes of spoken([GOOD, ...streams], turns)) connection.receive(bytes);
  const heard = listen(Buffer.concat(output));
  ensureSame(recorder.errors, [], "bugs");
  ensure(heard.goAways === 0, "the connection ended");
  ensureSame(heard.of(1), { messages: 2, status: "0", reset: false }, "the good stream");
  const statuses = streams.map((one, index) => assertUnderstood(one, heard.of(2 * index + 3)));
  connection.lost();
  ensure(recorder.activeStreams === 0, "a stream is not over with its connection");
  return statuses[0] ?? "none";
}

function assertUnderstood(one: HostileStream, found: Answered): string {
  if (one.fields !== CALL) return "odd head";
  const { messages, status } = understood(one);
  if (status === "any") {
    ensure(found.messages >= messages, "a message is not answered");
    return "no body";
  }
  ensureSame([found.messages, found.status ?? "open"], [messages, status], "answered");
  return `status ${status}`;
}

/** What the server does with its sockets, without one. */
function serve(recorder: Recorder, output: Uint8Array[]): Connection {
  const held = new HeldBytes();
  const [{ snapshot } = { snapshot: undefined }] = SAMPLES;
  ensure(snapshot !== undefined, "no document");
  const open = (stream: Stream, head: RequestHead): StreamHandler | undefined => {
    const refusal = refusalOf(head);
    if (refusal !== undefined) {
      refuse(stream, refusal);
      return undefined;
    }
    const grpc = new GrpcStream(stream, held);
    const mode = head.headers.get("x-corsd-mode");
    const exchange = new Exchange(() => snapshot, { group: undefined, mode });
    const timeout = timeoutOf(head);
    if (Number.isNaN(timeout)) grpc.end("INVALID_ARGUMENT", "malformed grpc-timeout");
    else grpc.serve(new ProcessCall(grpc, exchange, recorder), timeout);
    return grpc;
  };
  const connection = new Connection({
    send: (bytes) => output.push(bytes),
    open,
    allowsReset: () => true,
    over: () => {},
  });
  connection.greet();
  connection.receive(HELLO);
  return connection;
}

/** The frames of all streams, in turns; whoever has not had its turns says the rest at the end. */
function* spoken(streams: readonly HostileStream[], turns: readonly number[]): Generator<Buffer> {
  const speakers = streams.map((one, index) => framesFor(one, 2 * index + 1));
  for (const [index, speaker] of speakers.entries()) {
    const opening = speaker.next();
    ensure(!opening.done, `stream ${index} opens`);
    yield opening.value;
  }
  for (const turn of turns) {
    const next = speakers[turn]?.next();
    if (next !== undefined && !next.done) yield next.value;
  }
  for (const speaker of speakers) yield* speaker;
}

function* framesFor(
  { fields, content, places, ends }: HostileStream,
  id: number,
): Generator<Buffer> {
  yield block(id, 0, [
    [":method", "POST"],
    [":scheme", "http"],
    [":path", PROCESS.path],
    ...fields,
  ]);
  const cuts = [...places, content.length];
  let start = 0;
  for (const place of cuts) {
    const end = Math.min(place, content.length);
    // A frame takes 16 KiB.
    for (; end - start > 16_384; start += 16_384)
      yield data(id, content.subarray(start, start + 16_384));
    yield data(id, content.subarray(start, end));
    start = end;
  }
  if (ends) yield frame(FRAME.DATA, FLAG.END_STREAM, id);
}

type Answered = {
  readonly messages: number;
  readonly status: string | undefined;
  readonly reset: boolean;
};

function listen(bytes: Buffer): {
  readonly goAways: number;
  readonly of: (id: number) => Answered;
} {
  const frames = framesOf(bytes);
  const goAways = frames.filter(({ type }) => type === FRAME.GOAWAY).length;
  const statuses = statusesIn(frames);
  const of = (id: number): Answered => {
    const ours = frames.filter(({ stream }) => stream === id);
    const content = ours.filter(({ type }) => type === FRAME.DATA).map(({ payload }) => payload);
    return {
      messages: messagesIn(Buffer.concat(content)),
      status: statuses.get(id),
      // That no more is needed is no fault.
      reset: ours.some(
        ({ type, payload }) => type === FRAME.RST_STREAM && payload.readUInt32BE() !== 0,
      ),
    };
  };
  return { goAways, of };
}

/** By stream. Blocks are decoded in their order, since each may refer to those before. */
function statusesIn(frames: readonly Frame[]): ReadonlyMap<number, string> {
  const decoder = new FieldDecoder({ fields: 100, length: 65_536 });
  const statuses = new Map<number, string>();
  for (const { stream, payload } of frames.filter(({ type }) => type === FRAME.HEADERS)) {
    const fields = decoder.decode(payload, 0, payload.length);
    ensure(typeof fields !== "string", "fields that cannot be decoded");
    const [, status] = fields.find(([name]) => name === "grpc-status") ?? [];
    if (status !== undefined) statuses.set(stream, status);
  }
  return statuses;
}

function messagesIn(content: Buffer): number {
  let messages = 0;
  let at = 0;
  for (; at < content.length; messages += 1) at += 5 + content.readUInt32BE(at + 1);
  ensure(at === content.length, "an answer is cut");
  return messages;
}

export const FRAMING = defineTarget<FramingCase>({
  name: "framing",
  share: 60,
  draw,
  run,
  budget: ({ streams }) =>
    200 + streams.reduce((sum, { content }) => sum + content.length, 0) / 20_000,
  endings: ["odd head", "no body", "status 0", "status 8", "status 12", "status 13", "status open"],
  show: ({ streams, turns }) =>
    JSON.stringify({
      turns,
      streams: streams.map((one) => ({ ...one, content: one.content.toString("hex") })),
    }),
});
