import { describe, test } from "vitest";
import type { Header } from "../../src/cors/decision.ts";
import { writeImmediate, writeMetadata, writeResponseEdits } from "../../src/extproc/encode.ts";
import { readEnvelope } from "../../src/extproc/envelope.ts";
import { Exchange } from "../../src/extproc/exchange.ts";
import { readRequestHeaders, readResponseHeaders } from "../../src/extproc/headers.ts";
import { type ConformanceCase, casesAt } from "../../test/conformance/case.ts";
import { requestMessage } from "../../test/conformance/envoy-model.ts";
import {
  attributes,
  headers,
  PROCESS,
  type TestHeader,
} from "../../test/server/ext-proc-client.ts";
import { requestOf, TRAFFIC } from "../traffic.ts";
import { compileText, DEMANDING, inTurn } from "./samples.ts";

const read = { readEnvelope, readRequestHeaders, readResponseHeaders };
const write = { writeImmediate, writeMetadata, writeResponseEdits };

function requestBytes(lines: readonly TestHeader[]): Uint8Array {
  return PROCESS.requestSerialize({
    request_headers: headers(lines),
    attributes: attributes({ "xds.route_name": "orders", "request.protocol": "HTTP/1.1" }),
  });
}

function responseBytes(lines: readonly TestHeader[]): Uint8Array {
  return PROCESS.requestSerialize({ response_headers: headers(lines) });
}

function readRequest(bytes: Uint8Array): unknown {
  const envelope = read.readEnvelope(bytes);
  return envelope && read.readRequestHeaders(envelope);
}

function readResponse(bytes: Uint8Array): unknown {
  const envelope = read.readEnvelope(bytes);
  return envelope && read.readResponseHeaders(envelope, false);
}

function many(count: number, name: (at: number) => string, value: string): TestHeader[] {
  return Array.from({ length: count }, (_, at) => [name(at), value] as const);
}

const START: readonly TestHeader[] = [
  [":method", "GET"],
  [":path", "/orders"],
  [":scheme", "https"],
  [":authority", "api.example.com"],
];

/** As many and as long headers as Envoy takes by default, and what a peer could send that is not Envoy. */
const ADVERSARIAL: Readonly<Record<string, Uint8Array>> = {
  "100 headers that nobody reads": requestBytes([...START, ...many(96, (at) => `x-${at}`, "v")]),
  "100 headers of a read name's length": requestBytes([...START, ...many(96, () => "xrigin", "v")]),
  "96 lines of Origin": requestBytes([...START, ...many(96, () => "origin", "https://a.example")]),
  "a header of 60 KiB": requestBytes([...START, ["origin", "a".repeat(60_000)]]),
  "100,000 empty fields": Uint8Array.from({ length: 200_000 }, (_, at) => (at % 2 === 0 ? 66 : 0)),
  "a length beyond the end": Uint8Array.of(18, 255, 255, 255, 127),
};

const EDITS: readonly Header[] = [
  ["access-control-allow-origin", "https://app.example.com"],
  ["access-control-allow-credentials", "true"],
  ["access-control-expose-headers", "x-total-count"],
  ["vary", "Origin"],
];

describe("the codec", () => {
  test("reading", async ({ bench }) => {
    const cases = casesAt("grpc");
    const requests = cases.map(({ request, setup }: ConformanceCase) =>
      requestBytes(requestMessage(request, setup)),
    );
    const responses = cases.map(({ response }) =>
      responseBytes([[":status", String(response.status)], ...lowerCase(response.headers)]),
    );
    await bench.compare(
      bench("the conformance cases' requests, in turn", inTurn(requests, readRequest)),
      bench("the conformance cases' responses, in turn", inTurn(responses, readResponse)),
    );
  });

  test("reading what is sent to do harm", async ({ bench }) => {
    const benches = Object.entries(ADVERSARIAL).map(([name, bytes]) =>
      bench(name, inTurn([bytes], readRequest)),
    );
    await bench.compare(...benches);
  });

  test("writing", async ({ bench }) => {
    const refusal = { status: 403, headers: EDITS, body: "Specified Origin is not allowed" };
    const edits = { set: EDITS, remove: ["access-control-max-age"] };
    await bench.compare(
      bench("an immediate response", () => {
        write.writeImmediate({ ...refusal, details: "corsd_origin-not-allowed" });
      }),
      bench("edits of a response", () => {
        write.writeResponseEdits(edits);
      }),
      bench("metadata", () => {
        write.writeMetadata("cors", EDITS);
      }),
    );
  });

  test("a whole exchange, from bytes to bytes", async ({ bench }) => {
    const snapshot = compileText(DEMANDING);
    const response = responseBytes([
      [":status", "200"],
      ["vary", "accept-encoding"],
      ["access-control-allow-origin", "*"],
    ]);
    const benches = TRAFFIC.map((traffic) => {
      const { method, path, headers: sent } = requestOf(traffic);
      const pseudo: readonly TestHeader[] = [
        ...START.slice(2),
        [":method", method],
        [":path", path],
      ];
      const request = requestBytes([...pseudo, ...sent]);
      return bench(traffic, () => {
        const exchange = new Exchange(() => snapshot, { group: undefined, mode: undefined });
        const step = exchange.receive(request);
        if (step.kind === "reply" && !step.end) exchange.receive(response);
      });
    });
    await bench.compare(...benches);
  });
});

function lowerCase(lines: readonly TestHeader[]): readonly TestHeader[] {
  return lines.map(([name, value]) => [name.toLowerCase(), value]);
}
