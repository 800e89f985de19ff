import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Bootstrap, type Places, renderConfig } from "../envoy/render.ts";
import type { Setup } from "./variant.ts";

const FOLDER = join(import.meta.dirname, "..", "envoy");
const TYPE = "type.googleapis.com/envoy.extensions.";

/** What is changed in a ready configuration, as far as its form is known here. */
type Manager = {
  access_log: unknown;
  http_filters: { name: string; typed_config: unknown }[];
  route_config: { virtual_hosts: VirtualHost[] };
};
type VirtualHost = {
  typed_per_filter_config?: unknown;
  routes: { typed_per_filter_config?: unknown }[];
};
type Listener = { filter_chains: { filters: { typed_config: Manager }[] }[] };

export type ConfigOptions = {
  readonly setup: Setup;
  readonly servicePort: number;
  /** Where the server listens that Envoy asks; undefined: nobody is asked. */
  readonly socket: string | undefined;
  /** False: routes name no group, so the server finds it by host and path. */
  readonly namesGroups?: boolean;
};

/** The lines that Envoy logs begin so; a status and the reason that Envoy gives follow. */
export const UNEXPECTED = "unexpected ";

/**
 * A ready configuration with nothing changed but addresses and the access log; where nobody is asked, with another
 * filter or none in the place of ext_proc.
 */
export async function envoyConfig(options: ConfigOptions): Promise<Bootstrap> {
  const { setup, servicePort, socket, namesGroups = true } = options;
  const places: Places = { listenPort: 0, adminPort: 0, servicePort };
  const config = await renderConfig(
    join(FOLDER, fileOf(setup)),
    socket === undefined ? places : { ...places, corsd: { pipe: socket } },
  );
  const manager = managerOf(config);
  manager.access_log = ONLY_UNEXPECTED;
  if (socket === undefined || !namesGroups) forgetGroups(manager);
  if (socket === undefined) {
    const { clusters } = config.static_resources;
    config.static_resources.clusters = clusters.filter(({ name }) => name !== "corsd");
    manager.http_filters.shift();
    await putFilter(manager, setup);
  }
  return config;
}

function fileOf(setup: Setup): string {
  if (setup === "skipping") return "full-skipping.yaml";
  return setup === "request-only" ? "request-only.yaml" : "full.yaml";
}

function managerOf(config: Bootstrap): Manager {
  const [listener] = config.static_resources.listeners as unknown as Listener[];
  const manager = listener?.filter_chains[0]?.filters[0]?.typed_config;
  if (manager === undefined) throw new Error("the configuration has no listener");
  return manager;
}

function forgetGroups({ route_config }: Manager): void {
  for (const { routes } of route_config.virtual_hosts) {
    for (const route of routes) delete route.typed_per_filter_config;
  }
}

async function putFilter({ http_filters, route_config }: Manager, setup: Setup): Promise<void> {
  if (setup === "lua") {
    const source = await readFile(join(import.meta.dirname, "cors.lua"), "utf8");
    http_filters.unshift({
      name: "envoy.filters.http.lua",
      typed_config: {
        "@type": `${TYPE}filters.http.lua.v3.Lua`,
        default_source_code: { inline_string: source },
      },
    });
  }
  if (setup === "native-cors") {
    const name = "envoy.filters.http.cors";
    http_filters.unshift({
      name,
      typed_config: { "@type": `${TYPE}filters.http.cors.v3.Cors` },
    });
    for (const host of route_config.virtual_hosts) {
      host.typed_per_filter_config = { [name]: NATIVE_POLICY };
    }
  }
}

/** The policy of policies.yaml in the words of Envoy's own filter. */
const NATIVE_POLICY = {
  "@type": `${TYPE}filters.http.cors.v3.CorsPolicy`,
  allow_origin_string_match: [
    { exact: "https://app.example.com" },
    { exact: "https://admin.example.com" },
    { exact: "http://localhost:3000" },
    { safe_regex: { regex: "https://([a-z0-9_-]+\\.)+partner\\.example" } },
  ],
  allow_methods: "GET, POST, PUT",
  allow_headers: "content-type, x-api-key",
  expose_headers: "x-total-count",
  allow_credentials: true,
  max_age: "900",
};

/**
 * Every variant is expected to answer 200 to everything. What is not 200 is logged, nothing else is: the access log of
 * the ready configurations would cost Envoy, and us who read it, more than some of the filters do. Status 0 is a client
 * that left, as wrk does at its end.
 */
const ONLY_UNEXPECTED = [
  {
    name: "envoy.access_loggers.stdout",
    filter: {
      or_filter: {
        filters: [
          statusFilter("GE", 201, "above"),
          {
            and_filter: {
              filters: [statusFilter("GE", 1, "least"), statusFilter("LE", 199, "below")],
            },
          },
        ],
      },
    },
    typed_config: {
      "@type": `${TYPE}access_loggers.stream.v3.StdoutAccessLog`,
      log_format: {
        text_format_source: {
          inline_string: `${UNEXPECTED}%RESPONSE_CODE% %RESPONSE_CODE_DETAILS%\n`,
        },
      },
    },
  },
];

function statusFilter(op: "GE" | "LE", status: number, key: string): object {
  const value = { default_value: status, runtime_key: `bench.${key}` };
  return { status_code_filter: { comparison: { op, value } } };
}

/** The service behind all variants: the cheapest that there is, so that it is not what is measured. */
export const SERVICE_CONFIG: object = {
  admin: { address: { socket_address: { address: "127.0.0.1", port_value: 0 } } },
  static_resources: {
    listeners: [
      {
        name: "service",
        address: { socket_address: { address: "127.0.0.1", port_value: 0 } },
        filter_chains: [
          {
            filters: [
              {
                name: "envoy.filters.network.http_connection_manager",
                typed_config: {
                  "@type": `${TYPE}filters.network.http_connection_manager.v3.HttpConnectionManager`,
                  stat_prefix: "service",
                  generate_request_id: false,
                  route_config: {
                    virtual_hosts: [
                      {
                        name: "service",
                        domains: ["*"],
                        routes: [
                          {
                            match: { prefix: "/" },
                            direct_response: { status: 200, body: { inline_string: "[]\n" } },
                          },
                        ],
                      },
                    ],
                  },
                  http_filters: [
                    {
                      name: "envoy.filters.http.router",
                      typed_config: { "@type": `${TYPE}filters.http.router.v3.Router` },
                    },
                  ],
                },
              },
            ],
          },
        ],
      },
    ],
    clusters: [],
  },
};
