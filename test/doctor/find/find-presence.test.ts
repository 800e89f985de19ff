import { describe, expect, test } from "vitest";
import {
  codesOf,
  config,
  FILTER_CONFIG,
  findingsIn,
  type Parts,
  PER_ROUTE,
  route,
} from "../small-config.ts";

describe("presence", () => {
  const off = { typed_per_filter_config: { corsd: { "@type": FILTER_CONFIG, disabled: true } } };
  const on = { typed_per_filter_config: { corsd: { "@type": FILTER_CONFIG, config: {} } } };

  test.each<[string, Parts, readonly string[]]>([
    ["off on one of two routes", { routes: [route("a"), route("b", off)] }, ["route-uncovered"]],
    ["off by a virtual host, on by its route", { host: off, routes: [route("a", on)] }, []],
    ["off by the route configuration", { routeConfig: off }, ["route-uncovered"]],
    [
      "disabled and enabled by a route",
      { filter: { disabled: true }, routes: [route("a", on)] },
      [],
    ],
    [
      "disabled, and its routes are not there",
      {
        filter: { disabled: true },
        manager: { route_config: null, rds: { route_config_name: "late" } },
      },
      ["routes-missing"],
    ],
    ["disabled for all", { filter: { disabled: true } }, ["filter-never-enabled"]],
    [
      "an override without a filter",
      {
        host: {
          typed_per_filter_config: {
            lost: {
              "@type": PER_ROUTE,
              overrides: { grpc_initial_metadata: [{ key: "x-corsd-mode", value: "" }] },
            },
          },
        },
      },
      ["override-unattached"],
    ],
    [
      "an override without a filter that is not for corsd",
      { host: { typed_per_filter_config: { lost: { "@type": PER_ROUTE } } } },
      [],
    ],
    [
      "an upgrade with corsd's filter of its own",
      {
        manager: { upgrade_configs: [{ upgrade_type: "websocket", filters: [{ name: "corsd" }] }] },
      },
      [],
    ],
    [
      "an upgrade without",
      {
        manager: {
          upgrade_configs: [
            { upgrade_type: "websocket" },
            { upgrade_type: "x", filters: [{ name: "a" }] },
          ],
        },
      },
      ["upgrade-bypass"],
    ],
  ])("%s", (_, parts, codes) => {
    expect(codesOf(parts)).toEqual(codes);
  });

  test("routes without a name go by their number, and a long list is cut", () => {
    const routes = Array.from({ length: 10 }, () => ({ match: { prefix: "/" }, ...off }));
    const [found] = findingsIn(config({ routes: [route("a"), ...routes] }));
    expect(found?.message).toContain("`1`, `2`, `3`, `4`, `5`, `6`, `7`, `8` and 2 more");
  });
});
