import { createServer, type Server } from "node:http";
import { listen } from "../../demo/ports.ts";
import type { Snapshot } from "../../src/cors/snapshot.ts";
import { readRequest } from "../../src/explain/described-request.ts";
import { explainRequest } from "../../src/explain/explain-request.ts";
import { type RawResponse, sendHttp1 } from "../conformance/raw-client.ts";
import { compileObject } from "../policy/compile-object.ts";
import { type RunningEnvoy, startEnvoy } from "./envoy-process.ts";

// Envoy with its own cors filter and nothing of corsd, to compare what both say of one request.

export type Asked = {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly headers: { readonly origin: string; readonly [name: string]: string };
};

/** What a browser sees of an answer: whom it names, and with what. Empty where the page learns nothing. */
export type Seen = Readonly<Record<string, string>>;

export type NativeEnvoy = {
  readonly ask: (asked: Asked) => Promise<Seen>;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
};

/** The cluster that routes lead to. */
export const CLUSTER = "service";

/** Starts an Envoy 1.40 with these routes and a service behind it that knows nothing of CORS. */
export async function startNativeEnvoy(routeConfig: object): Promise<NativeEnvoy> {
  const service = createServer((request, response) => {
    request.resume();
    response.end("served");
  });
  const port = await listen(service, 0);
  const envoy = await startEnvoy({ config: bootstrap(routeConfig, port), version: "1.40.0" });
  return {
    ask: (asked) => ask(envoy, asked),
    log: envoy.log,
    stop: async () => {
      await envoy.stop();
      await closed(service);
    },
  };
}

function closed(service: Server): Promise<void> {
  return new Promise((resolve) => {
    service.close(() => resolve());
    service.closeAllConnections();
  });
}

async function ask({ port }: RunningEnvoy, asked: Asked): Promise<Seen> {
  const { method, path, host: authority, headers } = asked;
  const request = { method, path, authority, headers: Object.entries(headers) };
  return seen(asked, (await sendHttp1(port, request, "HTTP/1.1")).headers);
}

/** What corsd decides about the request by a policy document. */
export function decided(document: object, asked: Asked): Seen {
  const snapshot = snapshotOf(document);
  const { method, path, host, headers } = asked;
  const understood = readRequest({
    method,
    url: `http://${host}${path}`,
    headers: Object.entries(headers),
    httpVersion: undefined,
    route: undefined,
    group: undefined,
  });
  if (!understood.ok) throw new Error(understood.error.message);
  return seen(asked, explainRequest(snapshot, understood.value).headers.set);
}

const snapshots = new WeakMap<object, Snapshot>();

function snapshotOf(document: object): Snapshot {
  const known = snapshots.get(document);
  if (known !== undefined) return known;
  const { snapshot, problems } = compileObject(document);
  if (snapshot === undefined) throw new Error(JSON.stringify(problems));
  snapshots.set(document, snapshot);
  return snapshot;
}

/** Without Access-Control-Allow-Origin nothing else counts; preflights expose nothing. */
function seen({ method }: Asked, lines: RawResponse["headers"]): Seen {
  const cors = lines.filter(
    ([name, value]) =>
      name.startsWith("access-control-") &&
      !(method === "OPTIONS" && name === "access-control-expose-headers") &&
      value !== "",
  );
  const isNamed = cors.some(([name]) => name === "access-control-allow-origin");
  return isNamed ? Object.fromEntries(cors.toSorted()) : {};
}

/** A preflight and two requests of each of these pages, to each of these addresses. */
export function requestsOf(
  origins: readonly string[],
  targets: readonly (readonly [host: string, path: string])[],
): readonly Asked[] {
  return targets.flatMap(([host, path]) =>
    origins.flatMap((origin) => [
      ...["PUT", "DELETE"].map((wanted) => ({
        method: "OPTIONS",
        host,
        path,
        headers: {
          origin,
          "access-control-request-method": wanted,
          "access-control-request-headers": "x-api-key",
        },
      })),
      ...["GET", "DELETE"].map((method) => ({ method, host, path, headers: { origin } })),
    ]),
  );
}

const TYPE = "type.googleapis.com/envoy.extensions.filters.";

function bootstrap(routeConfig: object, port: number): object {
  return {
    static_resources: {
      listeners: [
        {
          name: "api",
          address: { socket_address: { address: "127.0.0.1", port_value: 0 } },
          filter_chains: [
            {
              filters: [
                {
                  name: "envoy.filters.network.http_connection_manager",
                  typed_config: {
                    "@type": `${TYPE}network.http_connection_manager.v3.HttpConnectionManager`,
                    stat_prefix: "api",
                    route_config: routeConfig,
                    http_filters: [
                      {
                        name: "envoy.filters.http.cors",
                        typed_config: { "@type": `${TYPE}http.cors.v3.Cors` },
                      },
                      {
                        name: "envoy.filters.http.router",
                        typed_config: { "@type": `${TYPE}http.router.v3.Router` },
                      },
                    ],
                  },
                },
              ],
            },
          ],
        },
      ],
      clusters: [
        {
          name: CLUSTER,
          type: "STATIC",
          load_assignment: {
            cluster_name: CLUSTER,
            endpoints: [
              {
                lb_endpoints: [
                  {
                    endpoint: {
                      address: { socket_address: { address: "127.0.0.1", port_value: port } },
                    },
                  },
                ],
              },
            ],
          },
        },
      ],
    },
  };
}
