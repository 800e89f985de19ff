import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Snapshot } from "../../src/cors/snapshot.ts";
import { Health } from "../../src/server/grpc/health.ts";
import { Counters } from "../../src/server/metrics/counters.ts";
import { type Service, startService } from "../../src/server/service.ts";
import {
  attributes,
  ExtProcClient,
  type HeaderMutation,
  headers,
  metadataStrings,
  type ProcessingResponse,
  setHeaders,
} from "../server/ext-proc-client.ts";
import { type ConformanceCase, casesAt, type Line } from "./case.ts";
import {
  bodyOf,
  mutate,
  print,
  requestMessage,
  responseLines,
  responseMessage,
} from "./envoy-model.ts";
import { expected, type SeenExchange, seen } from "./exchange.ts";
import { snapshotOf } from "./snapshot-of.ts";

let folder: string;
let service: Service;
let client: ExtProcClient;
let inForce: Snapshot | undefined;
const counters = new Counters();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "corsd-conformance-"));
  const path = join(folder, "corsd.sock");
  const started = await startService({
    snapshot: () => {
      if (inForce === undefined) throw new Error("no document in force");
      return inForce;
    },
    listen: [{ kind: "unix", path }],
    certificates: undefined,
    resetLimit: { kind: "lifted" },
    health: new Health(),
    observer: counters,
  });
  if (!started.ok) throw new Error(started.error);
  service = started.value;
  client = new ExtProcClient(`unix:${path}`);
});

afterAll(async () => {
  client.close();
  service.cut();
  await rm(folder, { recursive: true, force: true });
});

describe("gRPC", () => {
  test.for(casesAt("grpc").map((given) => [given.name, given] as const))(
    "%s",
    async ([, given]) => {
      inForce = snapshotOf(given);
      const { exchange, metadata, reason } = given.expect;
      const { seen: found, metadata: printed, details } = await carryOut(given);
      expect(seen(found, exchange)).toEqual(expected(exchange));
      expect(metadata === undefined ? undefined : printed).toEqual(metadata);
      expect(details).toBe(exchange.reached ? undefined : `corsd_${reason ?? "preflight"}`);
    },
  );

  test("nothing unexpected happened meanwhile", () => {
    const { bugs, unexpectedMessages, missingAttributes } = counters;
    expect({ bugs, unexpectedMessages, missingAttributes }).toEqual({
      bugs: 0,
      unexpectedMessages: new Map(),
      missingAttributes: new Map(),
    });
  });
});

type Carried = {
  readonly seen: SeenExchange;
  readonly metadata: { readonly [key: string]: string | undefined };
  /** Of an immediate response. */
  readonly details: string | undefined;
};

/** The part of Envoy: sends both messages where it would, and does to the service's response what it is told. */
async function carryOut(given: ConformanceCase): Promise<Carried> {
  const { request, response, setup } = given;
  const stream = client.open(initialMetadata(given));
  stream.send({
    request_headers: headers(requestMessage(request, setup)),
    attributes: attributes({
      ...(request.route === undefined ? {} : { "xds.route_name": request.route }),
      "request.protocol": request.httpVersion ?? "HTTP/1.1",
    }),
  });
  const first = await stream.next();
  if (first === undefined) throw new Error(JSON.stringify(await stream.status()));
  const lines = responseLines(given);
  const metadata = metadataStrings(first, "cors");
  const { immediate_response: immediate } = first;
  if (immediate !== undefined) {
    stream.cancel();
    return { seen: answered(immediate), metadata, details: immediate.details };
  }
  let final: readonly Line[];
  if (setup === "request-only") {
    final = print(lines, metadata);
  } else {
    stream.send({ response_headers: headers(responseMessage(lines, setup)) });
    const second = await stream.next();
    final = mutate(lines, mutationOf(second?.response_headers?.response?.header_mutation));
  }
  stream.cancel();
  const { status } = response;
  return {
    seen: { reached: true, status, headers: final, body: bodyOf(given) },
    metadata,
    details: undefined,
  };
}

function initialMetadata({ request, setup }: ConformanceCase): { [name: string]: string } {
  return {
    ...(request.group === undefined ? {} : { "x-corsd-group": request.group }),
    ...(setup === "request-only" ? { "x-corsd-mode": "request-only" } : {}),
  };
}

function answered(immediate: NonNullable<ProcessingResponse["immediate_response"]>): SeenExchange {
  return {
    reached: false,
    status: immediate.status.code,
    headers: mutate([], mutationOf(immediate.headers)),
    body: immediate.body?.toString("latin1") ?? "",
  };
}

function mutationOf(mutation: HeaderMutation | undefined): {
  readonly set: readonly Line[];
  readonly remove: readonly string[];
} {
  return { set: setHeaders(mutation), remove: mutation?.remove_headers ?? [] };
}
