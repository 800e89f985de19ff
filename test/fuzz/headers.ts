import { decide } from "../../src/cors/decide.ts";
import type { Request } from "../../src/cors/request.ts";
import { Exchange } from "../../src/extproc/exchange.ts";
import { loggableOrigin } from "../../src/server/log/loggable-origin.ts";
import { attributes, headers, PROCESS } from "../server/ext-proc-client.ts";
import { answeredLines, askedLines, type Lines } from "./asked.ts";
import { ensure, ensureNoMatch } from "./ensure.ts";
import { SAMPLES, type Sample } from "./policies.ts";
import type { Random } from "./random.ts";
import { allowedBy, assertHarmless, sentBy } from "./sent.ts";
import { defineTarget } from "./target.ts";

type HeadersCase = {
  readonly sample: Sample;
  readonly mode: string;
  readonly asked: Lines;
  readonly answered: Lines;
};

function draw(random: Random): HeadersCase {
  const sample = random.pick(SAMPLES);
  const asked = askedLines(random, sample);
  const answered = answeredLines(random);
  return { sample, mode: random.oneIn(4) ? "request-only" : "", asked, answered };
}

const ATTRIBUTES = attributes({ "request.protocol": "HTTP/1.1" });

function run({ sample, mode, asked, answered }: HeadersCase): string {
  const exchange = new Exchange(() => sample.snapshot, { group: undefined, mode });
  const message = { request_headers: headers(asked), attributes: ATTRIBUTES };
  const first = exchange.receive(PROCESS.requestSerialize(message));
  if (first.kind !== "reply") {
    ensure(first.kind === "failure", "silence");
    return "not asked";
  }
  const [event] = first.events;
  ensure(event?.kind === "decided", "no decision");
  const { decision, origin } = event;
  const line = loggableOrigin(origin ?? "");
  ensureNoMatch(line, /[\p{Cc}\p{Cf}]/u, "a log line holds what a terminal obeys");
  // What is decided does not depend on what was decided before.
  const received = requestOf(asked, origin);
  ensure(
    decide(sample.snapshot, received).outcome === decision.outcome,
    "another decision the second time",
  );
  const sent = [sentBy(first.bytes)];
  if (!first.end) {
    const second = exchange.receive(
      PROCESS.requestSerialize({ response_headers: headers(answered) }),
    );
    ensure(second.kind === "reply", "no answer to a response");
    if (second.kind === "reply") sent.push(sentBy(second.bytes));
  }
  for (const one of sent) {
    assertHarmless(one, sample);
    const allowed = allowedBy(one);
    const isEcho = allowed === undefined || allowed === "*" || allowed === origin;
    ensure(isEcho, "an origin is allowed that was not sent");
    ensure(allowed === undefined || decision.outcome === "granted", "allowed and not granted");
  }
  return `${decision.kind} ${decision.outcome}`;
}

function requestOf(lines: Lines, origin: string | undefined): Request {
  const of = (name: string): string | undefined => {
    const values = lines.filter(([key]) => key === name).map(([, value]) => value);
    return values.length === 0 ? undefined : values.filter((value) => value !== "").join(",");
  };
  return {
    method: of(":method") ?? "",
    path: of(":path") ?? "",
    scheme: of(":scheme"),
    authority: of(":authority"),
    origin,
    requestMethod: of("access-control-request-method"),
    requestHeaders: of("access-control-request-headers"),
    requestPrivateNetwork: of("access-control-request-private-network"),
    upgrade: of("upgrade"),
    secFetchSite: of("sec-fetch-site"),
    forwardedProto: of("x-forwarded-proto"),
    group: undefined,
    route: undefined,
    httpVersion: "HTTP/1.1",
  };
}

function lengthOf(lines: Lines): number {
  return lines.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
}

export const HEADERS = defineTarget<HeadersCase>({
  name: "headers",
  share: 400,
  draw,
  run,
  // A list of 8 KiB that was looked at once for each of its blanks took 190 ms.
  budget: ({ asked, answered }) => 60 + (lengthOf(asked) + lengthOf(answered)) / 2000,
  endings: [
    "not asked",
    "no-origin granted",
    "preflight granted",
    "preflight refused",
    "actual granted",
    "actual refused",
    "websocket refused",
    "actual passed",
  ],
  show: ({ sample, mode, asked, answered }) =>
    JSON.stringify({ document: SAMPLES.indexOf(sample), mode, asked, answered }),
});
