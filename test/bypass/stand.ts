import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Bootstrap, renderConfig } from "../../envoy/render.ts";
import {
  Http2Client,
  type RawRequest,
  type RawResponse,
  sendHttp1,
} from "../conformance/raw-client.ts";
import { startCorsd } from "../e2e/corsd-process.ts";
import { startEnvoy } from "../e2e/envoy-process.ts";
import { type PrivateService, startPrivateService } from "./private-service.ts";

export const INSIDE = "https://inside.example";
export const EVIL = "https://evil.example";

const ENVOY = join(import.meta.dirname, "..", "..", "envoy");

const POLICIES = `policies:
  - {name: inside, allowOrigins: [${INSIDE}], allowMethods: [GET, PUT], allowCredentials: true}
  - {name: public, allowOrigins: "*", allowMethods: [GET, PUT]}
  - {name: nobody, allowOrigins: []}
apiGroups:
  - {name: private, match: [{host: api.example.com, path: /private}], policies: [inside]}
  - {name: public, match: [{host: api.example.com, path: /public}], policies: [public]}
`;

/** What is below `/private` is for one page, what is below `/public` for all. The rest has no policy. */
export const LISTED: string = POLICIES;

/** The same, and the rest is nobody's. */
export const CLOSED = `${POLICIES}  - {name: rest, match: [{path: /}], policies: [nobody]}\n`;

/** How Envoy is set up. */
export type Variant = {
  readonly file: "full.yaml" | "request-only.yaml";
  /** Its normalisation of paths as shipped, or none. */
  readonly normalizes: boolean;
  /** What names the group: corsd by host and path, or Envoy's routes by a prefix. */
  readonly groupsBy: "path" | "route";
};

export type Stand = {
  readonly service: PrivateService;
  readonly http1: (request: RawRequest) => Promise<RawResponse>;
  readonly http2: (request: RawRequest) => Promise<RawResponse>;
  /** Puts another document in force. */
  readonly replace: (document: string) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** A careless service behind an Envoy that asks corsd. Whoever starts it stops it. */
export async function startStand(variant: Variant): Promise<Stand> {
  const stops: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.toReversed()) await each();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), "corsd-bypass-"));
    stops.push(() => rm(folder, { recursive: true, force: true }));
    const policy = join(folder, "policies.yaml");
    await writeFile(policy, CLOSED);
    const service = await startPrivateService();
    stops.push(service.stop);
    const corsd = await startCorsd({ policy, args: ["--log-refusals", "0"] });
    stops.push(corsd.stop);
    const config = await configOf(variant, service.port, corsd.socket);
    const { port, stop: stopEnvoy } = await startEnvoy({ config });
    stops.push(stopEnvoy);
    const client = new Http2Client(port);
    stops.push(() => client.close());
    const replace = async (document: string): Promise<void> => {
      const before = replacements(corsd.log());
      await writeFile(`${policy}.next`, document);
      await rename(`${policy}.next`, policy);
      const deadline = Date.now() + 10_000;
      while (replacements(corsd.log()) === before) {
        if (Date.now() > deadline) throw new Error(`not in force: ${corsd.log().slice(-2_000)}`);
        await pause(5);
      }
    };
    return {
      service,
      http1: (request) => sendHttp1(port, request, "HTTP/1.1"),
      http2: (request) => client.send(request),
      replace,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function replacements(log: string): number {
  return log.split('"policy replaced"').length;
}

async function configOf(variant: Variant, servicePort: number, pipe: string): Promise<Bootstrap> {
  const config = await renderConfig(join(ENVOY, variant.file), { servicePort, corsd: { pipe } });
  const text = JSON.stringify(config)
    .replace('"message_timeout":"0.2s"', '"message_timeout":"5s"')
    .replace(/"normalize_path":true/, `"normalize_path":${variant.normalizes}`)
    .replace(/"merge_slashes":true/, `"merge_slashes":${variant.normalizes}`)
    .replace(
      "UNESCAPE_AND_REDIRECT",
      variant.normalizes ? "UNESCAPE_AND_REDIRECT" : "KEEP_UNCHANGED",
    );
  const changed = JSON.parse(text) as Bootstrap;
  const manager = (changed.static_resources.listeners[0] as unknown as Listener).filter_chains[0]
    .filters[0].typed_config;
  manager.route_config.virtual_hosts[0].routes =
    variant.groupsBy === "path"
      ? [{ match: { prefix: "/" }, route: { cluster: "service" } }]
      : [route("/private", "private"), route("/", "public")];
  return changed;
}

type Listener = {
  filter_chains: [
    {
      filters: [{ typed_config: { route_config: { virtual_hosts: [{ routes: object[] }] } } }];
    },
  ];
};

function route(prefix: string, group: string): object {
  return {
    match: { prefix },
    route: { cluster: "service" },
    typed_per_filter_config: {
      "envoy.filters.http.ext_proc": {
        "@type": "type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExtProcPerRoute",
        overrides: { grpc_initial_metadata: [{ key: "x-corsd-group", value: group }] },
      },
    },
  };
}
