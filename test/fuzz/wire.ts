import { type Envelope, readEnvelope } from "../../src/extproc/envelope.ts";
import { Exchange, type Step } from "../../src/extproc/exchange.ts";
import { readRequestHeaders } from "../../src/extproc/headers.ts";
import { PROCESS } from "../server/ext-proc-client.ts";
import { answeredLines, askedLines, type Lines } from "./asked.ts";
import { ensure, ensureSame } from "./ensure.ts";
import { SAMPLES, type Sample } from "./policies.ts";
import type { Random } from "./random.ts";
import { allowedBy, assertHarmless, sentBy } from "./sent.ts";
import { defineTarget } from "./target.ts";
import {
  bytesField,
  decorated,
  encodeWire,
  spoilt,
  textField,
  varintField,
  type WireField,
} from "./wire-message.ts";

type Message = {
  readonly bytes: Buffer;
  /** It says what protobufjs reads in it. */
  readonly good: boolean;
};

type WireCase = {
  readonly sample: Sample;
  readonly mode: string | undefined;
  readonly messages: readonly Message[];
};

function draw(random: Random): WireCase {
  const sample = random.pick(SAMPLES);
  const mode = random.pick([undefined, undefined, "request-only", random.oneIn(9) ? "full" : ""]);
  const first = drawMessage(random, requestFields(random, sample));
  const rest = random.list(3, () => drawMessage(random, otherFields(random, sample)));
  const messages = random.oneIn(5) ? [...rest, first] : [first, ...rest];
  return { sample, mode, messages };
}

function requestFields(random: Random, sample: Sample): WireField[] {
  const lines = askedLines(random, sample);
  const fields = [bytesField(2, headersFields(random, lines))];
  if (!random.oneIn(6)) fields.push(attributesField(random));
  if (random.oneIn(12)) fields.push(varintField(10, random.below(3)));
  return random.oneIn(2) ? fields : fields.reverse();
}

function headersFields(random: Random, lines: Lines): WireField[] {
  const map = lines.map(([name, value]) =>
    bytesField(1, [textField(1, name), textField(random.oneIn(8) ? 2 : 3, value)]),
  );
  return [bytesField(1, map)];
}

function attributesField(random: Random): WireField {
  const value = (text: string): WireField => bytesField(2, [textField(3, text)]);
  const entries = [
    bytesField(1, [
      textField(1, "xds.route_name"),
      value(random.pick(["orders", "", "__proto__", "caf\xc3\xa9"])),
    ]),
    bytesField(1, [
      textField(1, "request.protocol"),
      value(random.pick(["HTTP/1.1", "HTTP/2", "x"])),
    ]),
  ];
  const name = random.oneIn(9) ? "another.filter" : "envoy.filters.http.ext_proc";
  return bytesField(9, [textField(1, name), bytesField(2, entries)]);
}

function otherFields(random: Random, sample: Sample): WireField[] {
  if (random.oneIn(6)) return requestFields(random, sample);
  const member = random.pick([3, 3, 3, 4, 5, 6, 7]);
  const inside = member === 3 ? headersFields(random, answeredLines(random)) : [];
  return [bytesField(member, inside)];
}

function drawMessage(random: Random, fields: readonly WireField[]): Message {
  if (random.oneIn(3)) return { bytes: encodeWire(decorated(random, fields)), good: true };
  let changed = [...fields];
  for (let more = random.below(4); more > 0; more -= 1) changed = spoilt(random, changed);
  let bytes = encodeWire(changed);
  if (random.oneIn(4)) bytes = bytes.subarray(0, random.below(bytes.length + 1));
  if (random.oneIn(4) && bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
  return { bytes, good: false };
}

function run(one: WireCase): string {
  const { sample, mode, messages } = one;
  for (const { bytes, good } of messages) if (good) assertSameAsProtobufjs(bytes);
  const exchange = new Exchange(() => sample.snapshot, { group: undefined, mode });
  const endings: string[] = [];
  let isOver = false;
  for (const { bytes } of messages) {
    // The transport keeps the bytes; what is read may not change them.
    const before = Buffer.from(bytes);
    const step = exchange.receive(bytes);
    ensure(before.equals(bytes), "what was read has changed");
    const ending = endingOf(step, one);
    if (!isOver) endings.push(ending);
    // No more is to be received then; what is received all the same does no harm either.
    isOver ||= step.kind === "failure" || (step.kind === "reply" && step.end);
  }
  return endings.at(-1) ?? "nothing";
}

function endingOf(step: Step, { sample, messages }: WireCase): string {
  if (step.kind === "silence") return "silence";
  if (step.kind === "failure") return step.code;
  const sent = sentBy(step.bytes);
  assertHarmless(sent, sample);
  const allowed = allowedBy(sent);
  const isEcho = allowed === undefined || allowed === "*" || isAmong(messages, allowed);
  ensure(isEcho, "an origin is allowed that was not sent");
  return allowed === undefined ? "answered" : "allowed";
}

function isAmong(messages: readonly Message[], text: string): boolean {
  return messages.some(({ bytes }) => bytes.includes(Buffer.from(text, "latin1")));
}

type OracleHeader = { readonly key?: string; readonly value?: string; readonly raw_value?: Buffer };
type OracleRequest = {
  readonly observability_mode?: boolean;
  readonly request_headers?: { readonly headers?: { readonly headers?: OracleHeader[] } };
};

function assertSameAsProtobufjs(bytes: Buffer): void {
  const oracle = PROCESS.requestDeserialize(bytes) as OracleRequest;
  const envelope = readEnvelope(bytes);
  ensure(envelope !== undefined, "a good message is refused");
  const { message } = envelope;
  ensure(message !== undefined && message in oracle, "another message");
  ensureSame(envelope.observed, oracle.observability_mode === true, "observability mode");
  if (message === "request_headers") assertSameOrigin(envelope, oracle);
}

function assertSameOrigin(envelope: Envelope, oracle: OracleRequest): void {
  const lines = oracle.request_headers?.headers?.headers ?? [];
  // A `value` is text: only one in ASCII is the same however it is read.
  const values = lines
    .filter(({ key }) => key === "origin")
    .map(({ value = "", raw_value: raw = Buffer.of() }) =>
      raw.length > 0 ? raw.toString("latin1") : value,
    );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the bounds of ASCII
  if (values.some((value) => value === "" || !/^[\x00-\xff]*$/.test(value))) return;
  const found = readRequestHeaders(envelope);
  if (lines.some(({ raw_value: raw }) => raw === undefined)) return;
  ensureSame(found?.origin, values.length === 0 ? undefined : values.join(","), "the origin");
}

export const WIRE = defineTarget<WireCase>({
  name: "wire",
  share: 450,
  draw,
  run,
  budget: ({ messages }) => 60 + messages.reduce((sum, { bytes }) => sum + bytes.length, 0) / 2000,
  endings: ["allowed", "answered", "silence", "INVALID_ARGUMENT", "INTERNAL"],
  show: ({ sample, mode, messages }) =>
    JSON.stringify({
      document: SAMPLES.indexOf(sample),
      mode,
      messages: messages.map(({ bytes }) => bytes.toString("hex")),
    }),
});
