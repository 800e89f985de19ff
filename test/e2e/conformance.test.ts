import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { envoyVersions } from "../../envoy/fetch.ts";
import { type ConformanceCase, casesAt, SETUPS, type Setup } from "../conformance/case.ts";
import {
  CASE_HEADER,
  type ConformanceService,
  startConformanceService,
} from "../conformance/conformance-service.ts";
import { bootstrap, ROUTE_HEADER, routeKey } from "../conformance/envoy-bootstrap.ts";
import { DEFAULT_AUTHORITY } from "../conformance/envoy-model.ts";
import { expected, type SeenExchange, seen } from "../conformance/exchange.ts";
import { Http2Client, type RawRequest, sendHttp1 } from "../conformance/raw-client.ts";
import { documentText } from "../conformance/snapshot-of.ts";
import { type RunningCorsd, startCorsd } from "./corsd-process.ts";
import { startEnvoy } from "./envoy-process.ts";

/** Cases of one document stand together, so that each document is loaded once. */
const cases = [...casesAt("envoy")].sort((a, b) => compare(documentText(a), documentText(b)));

const suites = envoyVersions.map((version) => ({
  version,
  // What needs 1.37 says so.
  chosen: version === "1.36.4" ? cases.filter(({ envoy }) => envoy === undefined) : cases,
}));

describe.each(suites)("Envoy $version", ({ version, chosen }) => {
  let folder: string;
  let service: ConformanceService;
  let corsd: RunningCorsd;
  let ports: ReadonlyMap<Setup, number>;
  let http2: ReadonlyMap<Setup, Http2Client>;
  let inForce = "";
  /** What to stop, the last first: the start may fail halfway. */
  const running: (() => void | Promise<void>)[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "corsd-conformance-"));
    running.push(() => rm(folder, { recursive: true, force: true }));
    service = await startConformanceService(chosen);
    running.push(service.stop);
    inForce = chosen.map(documentText).at(0) ?? "";
    await writeFile(join(folder, "policies.json"), inForce);
    corsd = await startCorsd({ policy: join(folder, "policies.json") });
    running.push(corsd.stop);
    const places = { servicePort: service.port, socket: corsd.socket };
    const envoy = await startEnvoy({ config: bootstrap(chosen, places), version });
    running.push(envoy.stop);
    ports = await listenerPorts(envoy.adminPort);
    http2 = new Map([...ports].map(([setup, port]) => [setup, new Http2Client(port)]));
    for (const client of http2.values()) running.push(() => client.close());
  });

  afterAll(async () => {
    for (const stop of running.toReversed()) await stop();
  });

  test.for(chosen.map((given, index) => [given.name, given, index] as const))(
    "%s",
    async ([, given, index]) => {
      await load(documentText(given));
      const found = await send(given, index);
      const { exchange } = given.expect;
      expect(seen(found, exchange)).toEqual(expected(exchange));
    },
  );

  /** Puts a document in force, the way an operator does: replaces the file, asks for a reload. */
  async function load(text: string): Promise<void> {
    if (text === inForce) return;
    const before = replacements(corsd.log());
    const written = join(folder, "next");
    await writeFile(written, text);
    await rename(written, join(folder, "policies.json"));
    corsd.signal("SIGHUP");
    const deadline = Date.now() + 10_000;
    while (replacements(corsd.log()) === before) {
      if (Date.now() > deadline)
        throw new Error(`not loaded: ${text}\n${corsd.log().slice(-4000)}`);
      await wait(2);
    }
    inForce = text;
  }

  async function send(given: ConformanceCase, index: number): Promise<SeenExchange> {
    const { request, setup } = given;
    const raw: RawRequest = {
      method: request.method,
      path: request.path,
      authority: request.authority ?? DEFAULT_AUTHORITY,
      headers: [
        ...request.headers,
        [CASE_HEADER, String(index)],
        [ROUTE_HEADER, routeKey(request)],
      ],
    };
    const before = service.hits(given);
    const response = await exchangeOf(setup, raw, request.httpVersion ?? "HTTP/1.1");
    return { ...response, reached: service.hits(given) === before + 1 };
  }

  function exchangeOf(
    setup: Setup,
    raw: RawRequest,
    version: NonNullable<ConformanceCase["request"]["httpVersion"]>,
  ): ReturnType<typeof sendHttp1> {
    switch (version) {
      case "HTTP/1.0":
      case "HTTP/1.1":
        return sendHttp1(ports.get(setup) ?? 0, raw, version);
      case "HTTP/2":
        return http2.get(setup)?.send(raw) ?? Promise.reject(new Error("no connection"));
      case "HTTP/3":
        return Promise.reject(new Error("no HTTP/3 listener"));
    }
  }
});

/** How many documents came into force. */
function replacements(log: string): number {
  return log.split('"policy replaced"').length;
}

/** Envoy's admin says a line a listener: `full::127.0.0.1:10000`. */
async function listenerPorts(adminPort: number): Promise<ReadonlyMap<Setup, number>> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/listeners`);
  const text = await response.text();
  return new Map(
    SETUPS.map((setup) => {
      const port = new RegExp(`^${setup}::.*:(\\d+)$`, "m").exec(text)?.[1];
      return [setup, Number(port)];
    }),
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
