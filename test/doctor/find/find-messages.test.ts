import { describe, expect, test } from "vitest";
import {
  codesOf,
  config,
  facts,
  findingsIn,
  type Parts,
  PER_ROUTE,
  route,
  said,
} from "../small-config.ts";

describe("messages", () => {
  const mode = (value: string): object => ({
    grpc_service: { initial_metadata: [{ key: "x-corsd-mode", value }] },
  });

  test.each<[string, Parts, readonly string[]]>([
    ["defaults", { extProc: { processing_mode: null } }, []],
    [
      "no request headers",
      { extProc: { processing_mode: { request_header_mode: "SKIP" } } },
      ["request-headers-not-sent"],
    ],
    [
      "bodies and trailers",
      {
        extProc: {
          processing_mode: {
            request_body_mode: "STREAMED",
            response_body_mode: "NONE",
            request_trailer_mode: "SEND",
          },
        },
      },
      ["bodies-sent", "trailers-sent"],
    ],
    ["a mode that nobody knows", { extProc: mode("quick") }, ["mode-unknown"]],
    [
      "without routes",
      { routes: [], extProc: { processing_mode: { response_header_mode: "SKIP" } } },
      ["response-headers-not-sent"],
    ],
    ["another mode, without routes", { routes: [], extProc: mode("request-only") }, []],
    [
      "an override of a virtual host",
      {
        host: said({ processing_mode: { response_header_mode: "SKIP" } }),
        routes: [route("a"), route("b")],
      },
      ["response-headers-not-sent"],
    ],
    [
      "an override of a route",
      { routes: [route("a", said({ processing_mode: { response_header_mode: "SKIP" } }))] },
      ["response-headers-not-sent"],
    ],
    [
      "an override that fails closed",
      {
        extProc: { failure_mode_allow: false },
        routes: [route("a", said({ failure_mode_allow: false }))],
      },
      [],
    ],
    ["an override that fails open", { host: said({ failure_mode_allow: true }) }, ["fails-open"]],
    [
      "an override where the filter is off",
      {
        routes: [
          route("b"),
          route("a", {
            typed_per_filter_config: {
              corsd: {
                "@type": PER_ROUTE,
                disabled: true,
                overrides: { failure_mode_allow: true },
              },
            },
          }),
        ],
      },
      ["route-uncovered"],
    ],
    [
      "nobody listens to answers",
      { extProc: { disable_immediate_response: true } },
      ["immediate-response-disabled"],
    ],
    ["short", { extProc: { message_timeout: "0s" } }, ["message-timeout-short"]],
    ["long", { extProc: { message_timeout: "3s" } }, ["message-timeout-long"]],
  ])("%s", (_, parts, codes) => {
    expect(codesOf(parts)).toEqual(codes);
  });

  test("an override of a virtual host stands there, and is told once", () => {
    const parts: Parts = {
      host: said({ processing_mode: { response_header_mode: "SKIP" } }),
      routes: [route("a"), route("b")],
    };
    const [found] = findingsIn(config(parts));
    expect(found?.place).toMatchObject({ virtualHost: "all" });
    expect(found?.place).not.toHaveProperty("route");
    expect(found?.place.pointer).toMatch(/\/virtual_hosts\/0\/.*\/processing_mode$/);
  });

  test.each([
    [["request.protocol"], { needsRouteName: true }, ["route-name-not-sent"]],
    [["xds.route_name"], { needsHttpVersion: true }, ["protocol-not-sent"]],
    [[], {}, []],
    [["xds.route_name", "request.protocol"], { needsRouteName: true, needsHttpVersion: true }, []],
  ])("attributes %j for %j", (attributes, needs, codes) => {
    expect(codesOf({ extProc: { request_attributes: attributes } }, facts(needs))).toEqual(codes);
  });
});
