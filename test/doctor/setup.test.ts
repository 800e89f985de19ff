import { describe, expect, test } from "vitest";
import { readSetup } from "../../src/doctor/dump/setup.ts";
import { parseVersion } from "../../src/doctor/dump/version.ts";
import { placeText } from "../../src/doctor/place.ts";
import {
  clusterOf,
  config,
  corsdFilter,
  EXT_PROC,
  endpoints,
  facts,
  findingsIn,
  MANAGER,
  managerOf,
  matches,
  route,
  setupOf,
} from "./small-config.ts";

const admin = (section: string, rest: object): object => ({
  "@type": `type.googleapis.com/envoy.admin.v3.${section}`,
  ...rest,
});

const listenerOf = (manager: object, rest: object = {}): object => ({
  name: "api",
  filter_chains: [{ filters: [{ typed_config: manager }] }],
  ...rest,
});

const opens = (extProc: object = {}): object => ({
  extProc: { failure_mode_allow: true, ...extProc },
});
const open = managerOf(opens());

const dump = (...sections: readonly object[]): object => ({
  configs: [
    admin("BootstrapConfigDump", {
      bootstrap: {
        node: { user_agent_build_version: { version: { major_number: 1, minor_number: 40 } } },
      },
    }),
    admin("ClustersConfigDump", { static_clusters: [{ cluster: clusterOf() }] }),
    ...sections,
  ],
});

const placesIn = (whole: object): readonly string[] =>
  findingsIn(whole).map(
    ({ code, place }) => `${code} ${place.listener} ${place.filterChain} ${place.pointer}`,
  );

describe("where connection managers are", () => {
  const rest = "filters/0/typed_config/http_filters/0/typed_config";

  test.each<[string, object, string]>([
    [
      "a static listener",
      { static_listeners: [{ listener: listenerOf(open) }] },
      `api 0 /configs/2/static_listeners/0/listener/filter_chains/0/${rest}`,
    ],
    [
      "a discovered one",
      { dynamic_listeners: [{ active_state: { listener: listenerOf(open) } }] },
      `api 0 /configs/2/dynamic_listeners/0/active_state/listener/filter_chains/0/${rest}`,
    ],
    [
      "a chain with a name",
      {
        static_listeners: [
          {
            listener: {
              name: "api",
              filter_chains: [{ name: "tls", filters: [{}, { typed_config: open }] }],
            },
          },
        ],
      },
      "api tls /configs/2/static_listeners/0/listener/filter_chains/0/filters/1/typed_config/http_filters/0/typed_config",
    ],
    [
      "the default chain, of a listener without a name",
      {
        static_listeners: [
          {
            listener: {
              address: { socket_address: { address: "::", port_value: 80 } },
              default_filter_chain: { filters: [{ typed_config: open }] },
            },
          },
        ],
      },
      `:::80 default /configs/2/static_listeners/0/listener/default_filter_chain/${rest}`,
    ],
    [
      "an API listener",
      { static_listeners: [{ listener: { name: "api", api_listener: { api_listener: open } } }] },
      "api undefined /configs/2/static_listeners/0/listener/api_listener/api_listener/http_filters/0/typed_config",
    ],
  ])("%s", (_, listeners, place) => {
    expect(placesIn(dump(admin("ListenersConfigDump", listeners)))).toEqual([
      `fails-open ${place}`,
    ]);
  });

  test("a listener that Envoy could not take is none", () => {
    const failed = { dynamic_listeners: [{ error_state: { failed_configuration: {} } }] };
    expect(setupOf(dump(admin("ListenersConfigDump", failed))).managers).toEqual([]);
  });

  test("one without corsd's filter, where others have it", () => {
    const plain = { ...managerOf({}), http_filters: [] };
    const listeners = [listenerOf(managerOf({})), listenerOf(plain, { name: "bare" })].concat(
      listenerOf(plain, { name: "inner", internal_listener: {} }),
    );
    const section = { static_listeners: listeners.map((listener) => ({ listener })) };
    expect(findingsIn(dump(admin("ListenersConfigDump", section)))).toMatchObject([
      { code: "listener-uncovered", place: { listener: "bare" } },
    ]);
  });
});

describe("where routes are", () => {
  const bad = route("a", {
    typed_per_filter_config: { corsd: { "@type": "x/y", disabled: true } },
  });
  const routeConfig = { name: "web", virtual_hosts: [{ name: "all", routes: [route("b"), bad] }] };
  const managed = (patch: object): object =>
    admin("ListenersConfigDump", {
      static_listeners: [
        { listener: listenerOf({ ...managerOf({}), route_config: undefined, ...patch }) },
      ],
    });
  const routes = admin("RoutesConfigDump", {
    static_route_configs: [{ route_config: { virtual_hosts: [] } }],
    dynamic_route_configs: [{ route_config: routeConfig }, {}],
  });
  const expected = [
    {
      code: "route-uncovered",
      place: {
        listener: "api",
        virtualHost: "all",
        pointer: "/configs/3/dynamic_route_configs/0/route_config/virtual_hosts/0",
      },
    },
  ];

  test("by name (RDS)", () => {
    const whole = dump(managed({ rds: { route_config_name: "web" } }), routes);
    expect(findingsIn(whole)).toMatchObject(expected);
  });

  test("by a name that has not arrived", () => {
    const whole = dump(managed({ rds: { route_config_name: "late" } }), routes);
    expect(findingsIn(whole)).toMatchObject([
      { code: "routes-missing", message: expect.stringContaining("`late`") as unknown },
    ]);
    expect(
      findingsIn(
        whole,
        facts({ groups: new Map([["a", { routes: ["a"], hasOtherMatches: true }]]) }),
      ),
    ).toMatchObject([{ code: "routes-missing" }]);
  });

  test("by scopes that have not arrived", () => {
    const scoped = { name: "s", scoped_rds: {} };
    const whole = dump(managed({ scoped_routes: scoped }), routes);
    expect(findingsIn(whole)).toMatchObject([{ code: "routes-missing" }]);
  });

  test("by scopes that are written there", () => {
    const list = { scoped_route_configurations: [{ route_configuration_name: "web" }] };
    const scoped = { name: "s", scoped_route_configurations_list: list };
    expect(findingsIn(dump(managed({ scoped_routes: scoped }), routes))).toMatchObject(expected);
  });

  test("written in a scope", () => {
    const list = { scoped_route_configurations: [{ route_configuration: routeConfig }] };
    const scoped = { name: "s", scoped_route_configurations_list: list };
    expect(findingsIn(dump(managed({ scoped_routes: scoped })))).toMatchObject([
      { code: "route-uncovered" },
    ]);
  });

  test.each(["inline_scoped_route_configs", "dynamic_scoped_route_configs"])(
    "by scopes (%s)",
    (kind) => {
      const scopes = admin("ScopedRoutesConfigDump", {
        [kind]: [{ name: "s", scoped_route_configs: [{ route_configuration_name: "web" }] }],
      });
      const whole = dump(managed({ scoped_routes: { name: "s", scoped_rds: {} } }), routes, scopes);
      expect(findingsIn(whole)).toMatchObject(expected);
    },
  );
});

describe("how filters are written", () => {
  const chain = (...filters: readonly object[]): object =>
    admin("ListenersConfigDump", {
      static_listeners: [{ listener: listenerOf({ ...managerOf({}), http_filters: filters }) }],
    });
  const written = corsdFilter(opens()) as { typed_config: object };

  test("a filter that came by itself (ECDS)", () => {
    const discovered = admin("EcdsConfigDump", { ecds_filters: [{ ecds_filter: written }] });
    const whole = dump(chain({ name: "corsd", config_discovery: {} }), discovered);
    expect(findingsIn(whole)).toMatchObject([
      {
        code: "fails-open",
        place: { filter: "corsd", pointer: "/configs/3/ecds_filters/0/ecds_filter/typed_config" },
      },
    ]);
    expect(
      findingsIn(dump(chain({ name: "late", config_discovery: {} }), discovered)),
    ).toMatchObject([{ code: "filter-absent" }]);
  });

  test("plain values beside the name of a message", () => {
    const typed_config = {
      "@type": "type.googleapis.com/xds.type.v3.TypedStruct",
      type_url: EXT_PROC,
      value: written.typed_config,
    };
    const [found] = findingsIn(dump(chain({ name: "corsd", typed_config })));
    expect(found?.place.pointer).toMatch(/\/http_filters\/0\/typed_config\/value$/);
  });
});

describe("clusters", () => {
  test("discovered, with the endpoints that Envoy has learned", () => {
    const whole = {
      configs: [
        admin("ListenersConfigDump", {
          static_listeners: [{ listener: listenerOf(managerOf({})) }],
        }),
        admin("ClustersConfigDump", {
          dynamic_active_clusters: [{ cluster: clusterOf({ load_assignment: null }) }],
        }),
        admin("EndpointsConfigDump", {
          dynamic_endpoint_configs: [{ endpoint_config: endpoints("127.0.0.1", "127.0.0.2") }],
        }),
      ],
    };
    expect(findingsIn(whole)).toMatchObject([
      {
        code: "health-checks-missing",
        place: { cluster: "corsd", pointer: "/configs/1/dynamic_active_clusters/0/cluster" },
      },
    ]);
  });
});

test("endpoints as written, where Envoy has not learned any", () => {
  const far = clusterOf({ load_assignment: endpoints("corsd.example.com") });
  const whole = {
    configs: [
      admin("ListenersConfigDump", { static_listeners: [{ listener: listenerOf(managerOf({})) }] }),
      admin("ClustersConfigDump", { static_clusters: [{ cluster: far }] }),
      admin("EndpointsConfigDump", {
        static_endpoint_configs: [{ endpoint_config: { cluster_name: "corsd", endpoints: [] } }],
      }),
    ],
  };
  expect(findingsIn(whole)).toMatchObject([{ code: "tls-missing" }]);
});

test.each([
  [undefined],
  [null],
  [7],
  ["configs"],
  [[]],
  [{}],
  [{ configs: {} }],
  [{ policies: [] }],
])("%j is no configuration of an Envoy", (value) => {
  expect(readSetup(value, matches)).toMatchObject({ ok: false });
});

test("whatever is of another kind than it should be reads as empty", () => {
  const odd = { name: 7, filter_chains: { a: 1 }, default_filter_chain: "b" };
  const whole = dump(
    admin("ListenersConfigDump", { static_listeners: [{ listener: odd }, 3, null] }),
  );
  expect(setupOf(whole).managers).toEqual([]);
  const strange = {
    "@type": MANAGER,
    http_filters: [1, { name: {} }],
    route_config: { virtual_hosts: [[], "x"] },
  };
  expect(setupOf({ static_resources: { listeners: [listenerOf(strange)] } }).managers).toHaveLength(
    1,
  );
});

test("a pointer into the dump escapes what has to be", () => {
  const policy = {
    "@type": "type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExtProcPerRoute",
  };
  const host = {
    typed_per_filter_config: {
      "a/b~c": { ...policy, overrides: { failure_mode_allow: true } },
    },
  };
  const [found] = findingsIn(config({ filter: { name: "a/b~c" }, host }));
  expect(found?.place.pointer).toContain("/typed_per_filter_config/a~1b~0c/overrides");
});

test.each([
  ["9e5580933739775e8bce696a57a2e1bc99368f23/1.40.0/Clean/RELEASE/BoringSSL", [1, 40, 0]],
  ["1.36.4", [1, 36, 4]],
  ["abc/1.37.0-dev/Modified/DEBUG/BoringSSL", [1, 37, 0]],
  ["unknown", undefined],
])("the version in %s", (text, expected) => {
  const version = parseVersion(text);
  expect(version && [version.major, version.minor, version.patch]).toEqual(expected);
});

test("a place by its names", () => {
  const names = { listener: "api", filterChain: "0", virtualHost: "all", route: "orders" };
  expect(placeText({ ...names, pointer: "/a" })).toBe(
    "listener api, filter chain 0, virtual host all, route orders",
  );
  expect(placeText({ pointer: "" })).toBe("");
});
