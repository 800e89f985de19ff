import { describe, expect, test } from "vitest";
import { codesOf, type Parts } from "../small-config.ts";

describe("the connection manager", () => {
  test.each<[string, Parts, readonly string[]]>([
    ["one spelling is not settled on", { manager: { normalize_path: null } }, ["path-spellings"]],
    ["slashes stay", { manager: { path_with_escaped_slashes_action: null } }, ["path-spellings"]],
    ["the port goes", { manager: { strip_any_host_port: true } }, ["host-port-stripped"]],
    ["anybody's proto", { manager: { use_remote_address: false } }, ["forwarded-proto-trusted"]],
    ["a proxy in front", { manager: { use_remote_address: false, xff_num_trusted_hops: 1 } }, []],
    [
      "a sidecar",
      { manager: { use_remote_address: false }, listener: { traffic_direction: "INBOUND" } },
      [],
    ],
    [
      "an internal listener",
      { manager: { use_remote_address: false }, listener: { internal_listener: {} } },
      [],
    ],
  ])("%s", (_, parts, codes) => {
    expect(codesOf(parts)).toEqual(codes);
  });
});
