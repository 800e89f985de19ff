import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listen } from "../../demo/ports.ts";
import { type Ran, runCorsd } from "../cli/run-corsd.ts";
import { type RunningCorsd, startCorsd } from "./corsd-process.ts";
import { type RunningEnvoy, startEnvoy } from "./envoy-process.ts";

// `corsd conformance` against real gateways: an Envoy with corsd, and one with Envoy's own cors filter.

const APP = "https://app.example.com";

const POLICY = `
policies:
  - name: shop
    allowOrigins: [${APP}]
    allowMethods: [GET, HEAD, POST, PUT]
    allowHeaders: [content-type, x-api-key]
    exposeHeaders: [x-total-count]
    allowCredentials: true
    maxAge: 10m
`;

const TYPE = "type.googleapis.com/envoy.extensions";

const NATIVE = {
  name: "envoy.filters.http.cors",
  typed_config: { "@type": `${TYPE}.filters.http.cors.v3.Cors` },
};

const NATIVE_POLICY = {
  "envoy.filters.http.cors": {
    "@type": `${TYPE}.filters.http.cors.v3.CorsPolicy`,
    allow_origin_string_match: [{ exact: APP }],
    allow_methods: "GET, HEAD, POST, PUT",
    allow_headers: "content-type, x-api-key",
    expose_headers: "x-total-count",
    allow_credentials: true,
    max_age: "600",
  },
};

const CORSD = {
  name: "envoy.filters.http.ext_proc",
  typed_config: {
    "@type": `${TYPE}.filters.http.ext_proc.v3.ExternalProcessor`,
    grpc_service: { envoy_grpc: { cluster_name: "corsd", skip_envoy_headers: true } },
    // A loaded test machine is slow; the shipped configurations say 0.2 s.
    message_timeout: "5s",
    processing_mode: { request_header_mode: "SEND", response_header_mode: "SEND" },
    request_attributes: ["xds.route_name", "request.protocol"],
    mutation_rules: {
      disallow_all: true,
      allow_expression: {
        regex: "^(access-control-.*|vary|timing-allow-origin|content-type|cache-control)$",
      },
    },
  },
};

function cluster(name: string, address: object, isHttp2: boolean): object {
  const protocol = {
    "@type": `${TYPE}.upstreams.http.v3.HttpProtocolOptions`,
    explicit_http_config: isHttp2 ? { http2_protocol_options: {} } : { http_protocol_options: {} },
  };
  return {
    name,
    type: "STATIC",
    typed_extension_protocol_options: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": protocol,
    },
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }],
    },
  };
}

function bootstrap(filter: object, perRoute: object, servicePort: number, socket: string): object {
  const host = { name: "api", domains: ["*"], typed_per_filter_config: perRoute };
  const route = { match: { prefix: "/" }, route: { cluster: "service" } };
  const manager = {
    "@type": `${TYPE}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: "api",
    route_config: { virtual_hosts: [{ ...host, routes: [route] }] },
    http_filters: [
      filter,
      {
        name: "envoy.filters.http.router",
        typed_config: { "@type": `${TYPE}.filters.http.router.v3.Router` },
      },
    ],
  };
  const filters = [
    { name: "envoy.filters.network.http_connection_manager", typed_config: manager },
  ];
  const address = { socket_address: { address: "127.0.0.1", port_value: 0 } };
  const service = { socket_address: { address: "127.0.0.1", port_value: servicePort } };
  return {
    static_resources: {
      listeners: [{ name: "api", address, filter_chains: [{ filters }] }],
      clusters: [
        cluster("service", service, false),
        cluster("corsd", { pipe: { path: socket } }, true),
      ],
    },
  };
}

let folder: string;
let policy: string;
let service: Server;
let corsd: RunningCorsd;
let withCorsd: RunningEnvoy;
let withFilter: RunningEnvoy;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "corsd-gateway-"));
  policy = join(folder, "policies.yaml");
  await writeFile(policy, POLICY);
  service = createServer((_, response) => response.end("orders"));
  const port = await listen(service, 0);
  corsd = await startCorsd({ policy });
  withCorsd = await startEnvoy({ config: bootstrap(CORSD, {}, port, corsd.socket) });
  withFilter = await startEnvoy({ config: bootstrap(NATIVE, NATIVE_POLICY, port, corsd.socket) });
});

afterAll(async () => {
  await withFilter?.stop();
  await withCorsd?.stop();
  await corsd?.stop();
  service?.close();
  service?.closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

const urlOf = ({ port }: RunningEnvoy): string => `http://127.0.0.1:${port}/orders`;
const ASKED = ["--method", "PUT", "--header", "x-api-key", "--header", "content-type"];
const SAID = ["--allowed-origin", APP, "--credentials", "yes", ...ASKED];

type Report = {
  readonly cases: readonly {
    readonly name: string;
    readonly findings: readonly { readonly rule: string }[];
  }[];
};

type Difference = {
  readonly differ: readonly {
    readonly name: string;
    readonly differences: readonly { readonly what: string }[];
  }[];
};

function all(what: string, ...names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, what]));
}

/** Rules that each case breaks; those that break none are left out. */
function broken({ out }: Ran): Readonly<Record<string, readonly string[]>> {
  const { cases } = JSON.parse(out) as Report;
  const found = cases.map(
    ({ name, findings }) => [name, findings.map(({ rule }) => rule)] as const,
  );
  return Object.fromEntries(found.filter(([, rules]) => rules.length > 0));
}

describe("an Envoy with corsd", () => {
  test("answers every case as the document that is served says", async () => {
    const args = ["conformance", urlOf(withCorsd), "--policy", policy, ...ASKED];
    const { code, out, err } = await runCorsd(args);
    expect({ code, err, failed: out.match(/^failed.*/gm) }).toEqual({
      code: 0,
      err: "",
      failed: null,
    });
    expect(out).toMatch(/\n\n31 cases, all as expected\n$/);
  });

  test("answers every case as the standards say, without a look at the document", async () => {
    const ran = await runCorsd(["conformance", urlOf(withCorsd), "--json", ...SAID]);
    expect(broken(ran)).toEqual({});
    expect(ran.code).toBe(0);
  });
});

describe("an Envoy with its own cors filter", () => {
  test("differs from the standards where that is known", async () => {
    const ran = await runCorsd(["conformance", urlOf(withFilter), "--json", ...SAID]);
    const { cases } = JSON.parse(ran.out) as Report;
    const actual = cases.flatMap(({ name }) => (name.startsWith("preflight-") ? [] : [name]));
    // It never writes Vary: what a cache keeps of one origin's answer, another origin gets.
    expect(broken(ran)).toEqual(Object.fromEntries(actual.map((name) => [name, ["vary-origin"]])));
    expect(actual).toHaveLength(22);
    expect(ran.code).toBe(1);
  });

  test("--compare shows what changes by a move to corsd", async () => {
    const args = ["conformance", urlOf(withFilter), "--compare", urlOf(withCorsd), ...SAID];
    const { code, out } = await runCorsd([...args, "--json"]);
    expect(code).toBe(4);
    const { differ } = JSON.parse(out) as Difference;
    const found = differ.map(({ name, differences }) => [
      name,
      differences.map(({ what }) => what).join(" "),
    ]);
    expect(Object.fromEntries(found)).toEqual({
      // The native filter exposes names on preflights, where no browser reads them.
      "preflight-allowed": "headers vary",
      "preflight-headers": "headers vary",
      "preflight-headers-repeated": "headers vary",
      // It compares neither the method nor the headers that are asked for, and leaves that to browsers.
      "preflight-method-unlisted": "status headers vary",
      "preflight-header-unlisted": "status headers vary",
      // What it does not admit it sends on to the service.
      ...all("status vary", "preflight-refused", "preflight-null", "preflight-two-origins"),
      ...all("status vary", "preflight-look-alike", "actual-refused", "origin-null"),
      ...all("status vary", "origin-empty", "origin-two-origins-joined", "origin-trailing-slash"),
      ...all("status vary", "origin-path", "origin-trailing-dot", "origin-user", "origin-prefix"),
      ...all("status vary", "origin-user-look-alike", "origin-suffix", "origin-suffix-joined"),
      ...all("status vary", "origin-child", "origin-dot-replaced", "origin-other-scheme"),
      ...all("status vary", "origin-other-port", "origin-twice", "origin-and-another"),
      ...all("vary", "actual-allowed", "head-allowed", "actual-no-origin"),
      // corsd takes a host in any case for the host that it is.
      "origin-upper-case": "headers vary",
    });
  });

  test("compared with itself nothing differs", async () => {
    const args = ["conformance", urlOf(withFilter), "--compare", urlOf(withFilter), ...SAID];
    expect(await runCorsd(args)).toEqual({
      code: 0,
      err: "",
      out: "31 cases, answered alike\n",
    });
  });
});
