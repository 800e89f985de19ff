import { describe, expect, test } from "vitest";
import { FINDING_CODES } from "../../src/doctor/finding-code.ts";
import {
  codesOf,
  config,
  facts,
  findingsIn,
  group,
  type Parts,
  PER_ROUTE,
  route,
} from "./small-config.ts";

test("what goes with corsd has no findings", () => {
  expect(findingsIn(config())).toEqual([]);
  expect(findingsIn(config(), facts())).toEqual([]);
});

test("errors come first", () => {
  const parts: Parts = { manager: { merge_slashes: false }, cluster: { circuit_breakers: null } };
  expect(codesOf(parts)).toEqual(["circuit-breakers-low", "path-spellings"]);
});

test("a finding says what it is, where, and what mends it", () => {
  expect(findingsIn(config({ extProc: { observability_mode: true } }))).toEqual([
    {
      code: "observability-mode",
      severity: "error",
      place: {
        listener: "api",
        filterChain: "0",
        filter: "corsd",
        pointer:
          "/static_resources/listeners/0/filter_chains/0/filters/0/typed_config/http_filters/0/typed_config",
      },
      message: "Envoy ignores every answer: no preflight is answered and nothing is refused",
      mend: {
        advice: "take `observability_mode` out",
        edit: { kind: "merge", value: { observability_mode: null } },
      },
    },
  ]);
});

describe("whose filter it is", () => {
  const elsewhere = { grpc_service: { envoy_grpc: { cluster_name: "judge" } } };
  const missing = "cluster-missing";

  test.each<[string, Parts, readonly string[]]>([
    ["by a cluster with corsd in its name", {}, []],
    ["not another's", { extProc: elsewhere }, ["filter-absent"]],
    [
      "not one of Google's gRPC",
      { extProc: { grpc_service: { envoy_grpc: null } } },
      ["filter-absent"],
    ],
    [
      "by metadata of the filter",
      {
        extProc: {
          grpc_service: { ...elsewhere.grpc_service, initial_metadata: [{ key: "X-Corsd-Mode" }] },
        },
      },
      [missing],
    ],
    [
      "by metadata of a route",
      { extProc: elsewhere, routes: [route("a", group("orders"))] },
      [missing],
    ],
    [
      "not by metadata for another filter",
      {
        extProc: elsewhere,
        routes: [
          route("a", {
            typed_per_filter_config: {
              other: {
                "@type": PER_ROUTE,
                overrides: { grpc_initial_metadata: [{ key: "x-corsd-group" }] },
              },
              corsd: { "@type": "x/y.Other" },
            },
          }),
        ],
      },
      ["filter-absent"],
    ],
  ])("%s", (_, parts, codes) => {
    expect(codesOf(parts)).toEqual(codes);
  });

  test("by the clusters that are named, and by nothing else", () => {
    expect(findingsIn(config({ extProc: elsewhere }), undefined, ["judge"])).toHaveLength(1);
    expect(findingsIn(config(), undefined, ["judge"])).toMatchObject([{ code: "filter-absent" }]);
    const google = config({ extProc: { grpc_service: { envoy_grpc: null } } });
    expect(findingsIn(google, undefined, ["judge"])).toMatchObject([{ code: "filter-absent" }]);
  });

  test("a filter that goes to no cluster of Envoy's has none to look at", () => {
    const grpc = { envoy_grpc: null, initial_metadata: [{ key: "x-corsd-group", value: "" }] };
    expect(codesOf({ extProc: { grpc_service: grpc } }, facts())).toEqual([]);
  });
});

test("every code is a lower-case phrase", () => {
  for (const code of Object.keys(FINDING_CODES)) expect(code).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
});
