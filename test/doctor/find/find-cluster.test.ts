import { describe, expect, test } from "vitest";
import { codesOf, endpoints } from "../small-config.ts";

describe("the cluster", () => {
  const HTTP = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
  const check = (patch: object): object => ({ health_checks: [{ interval: "2s", ...patch }] });
  const two = { load_assignment: endpoints("127.0.0.1", "localhost") };

  test.each<[string, object, readonly string[]]>([
    ["no HTTP/2", { http2_protocol_options: null }, ["http2-missing"]],
    [
      "HTTP/2 by options",
      {
        http2_protocol_options: null,
        typed_extension_protocol_options: {
          [HTTP]: { explicit_http_config: { http2_protocol_options: {} } },
        },
      },
      [],
    ],
    [
      "HTTP/2 by agreement",
      {
        http2_protocol_options: null,
        typed_extension_protocol_options: { [HTTP]: { auto_config: {} } },
      },
      [],
    ],
    [
      "thresholds of another priority",
      { circuit_breakers: { thresholds: [{ priority: "HIGH", max_requests: 9999 }] } },
      ["circuit-breakers-low"],
    ],
    [
      "one threshold at its default",
      { circuit_breakers: { thresholds: [{ max_requests: 9999 }] } },
      ["circuit-breakers-low"],
    ],
    [
      "1,024",
      { circuit_breakers: { thresholds: [{ max_requests: 1024, max_pending_requests: 9999 }] } },
      ["circuit-breakers-low"],
    ],
    [
      "1,025",
      { circuit_breakers: { thresholds: [{ max_requests: 1025, max_pending_requests: 1025 }] } },
      [],
    ],
    ["two instances", two, ["health-checks-missing"]],
    ["two instances, checked", { ...two, ...check({ no_traffic_interval: "2s" }) }, []],
    ["checked while in use", check({}), ["health-checks-idle"]],
    ["a socket file", { load_assignment: endpoints("pipe") }, []],
    ["far away", { load_assignment: endpoints("10.0.0.1") }, ["tls-missing"]],
    ["far away by TLS", { load_assignment: endpoints("10.0.0.1"), transport_socket: {} }, []],
    [
      "a name that only looks near",
      { load_assignment: endpoints("127.0.0.1.example.com") },
      ["tls-missing"],
    ],
  ])("%s", (_, cluster, codes) => {
    expect(codesOf({ cluster })).toEqual(codes);
  });

  test("there is none", () => {
    expect(codesOf({ cluster: { name: "other" } })).toEqual(["cluster-missing"]);
  });
});
