import { describe, expect, test } from "vitest";
import { codesOf, config, findingsIn, type Parts, route, said } from "../small-config.ts";

describe("request-only", () => {
  const keys = ["allow-origin", "allow-credentials", "allow-methods", "allow-headers", "max-age"]
    .concat("expose-headers", "allow-private-network")
    .map((key) => `access-control-${key}`)
    .concat("timing-allow-origin");
  const printed = (names: readonly string[]): object => ({
    response_headers_to_add: names.map((key) => ({
      header: {
        key,
        value: `%DYNAMIC_METADATA(cors:${key.replace("access-control-", "").replaceAll("-", "_")})%`,
      },
    })),
  });
  const whole: Parts = {
    extProc: {
      grpc_service: { initial_metadata: [{ key: "x-corsd-mode", value: "request-only" }] },
      processing_mode: { response_header_mode: "SKIP" },
      metadata_options: { receiving_namespaces: { untyped: ["cors"] } },
      failure_mode_allow: true,
    },
    host: { ...printed([...keys, "vary"]), response_headers_to_remove: keys },
  };

  test.each<[string, Parts, readonly string[]]>([
    ["whole", {}, []],
    [
      "by the route configuration",
      {
        host: {},
        routeConfig: { ...printed([...keys, "vary"]), response_headers_to_remove: keys },
      },
      [],
    ],
    [
      "no metadata",
      { extProc: { ...whole.extProc, metadata_options: null } },
      ["metadata-not-received"],
    ],
    [
      "metadata by a route",
      {
        extProc: { ...whole.extProc, metadata_options: null },
        routes: [
          route("a", said({ metadata_options: { receiving_namespaces: { untyped: ["cors"] } } })),
        ],
      },
      [],
    ],
    [
      "one stays",
      { host: { ...whole.host, response_headers_to_remove: keys.slice(1) } },
      ["response-headers-not-removed"],
    ],
    [
      "one is not printed",
      { host: { ...whole.host, ...printed(keys) } },
      ["response-headers-not-added"],
    ],
    [
      "printed from elsewhere",
      {
        host: {
          ...whole.host,
          response_headers_to_add: [
            { header: { key: "vary", value: "%DYNAMIC_METADATA(other:vary)%" } },
          ],
        },
      },
      ["response-headers-not-added"],
    ],
  ])("%s", (_, parts, codes) => {
    expect(codesOf({ ...whole, ...parts })).toEqual(codes);
  });

  test("a route may be in the full set-up, if it says all that takes", () => {
    const full = { key: "x-corsd-mode", value: "" };
    const mode = { grpc_initial_metadata: [full] };
    const both = { ...mode, processing_mode: {}, failure_mode_allow: false };
    const routes = [route("a"), route("b", said(both))];
    expect(codesOf({ ...whole, routes })).toEqual([]);
    const half = { ...whole, routes: [route("a"), route("b", said(mode))] };
    expect(codesOf(half)).toEqual(["response-headers-not-sent", "fails-open"]);
  });

  test("what stands there already stays", () => {
    const own = { header: { key: "x-own", value: "1" }, keep_empty_value: true };
    const host = {
      response_headers_to_remove: [...keys, "server"],
      response_headers_to_add: [own],
    };
    const [found] = findingsIn(config({ ...whole, host }));
    expect(found?.mend.edit).toMatchObject({
      value: { response_headers_to_add: { 0: own, length: 10 } },
    });
  });
});
