import { describe, expect, test } from "vitest";
import { readProbeAnswer, writeProbe } from "../../src/cli/probe/preflight-exchange.ts";
import { attributes, headers, PROCESS } from "../server/ext-proc-client.ts";

test("the probe is what protobuf makes of the same preflight", () => {
  const preflight = headers([
    [":method", "OPTIONS"],
    [":scheme", "https"],
    [":authority", "corsd-probe.invalid"],
    [":path", "/"],
    ["origin", "https://corsd-probe.invalid"],
    ["access-control-request-method", "GET"],
  ]);
  const sent = { "xds.route_name": "", "request.protocol": "HTTP/2" };
  const message = { request_headers: preflight, attributes: attributes(sent) };
  const expected = PROCESS.requestDeserialize(PROCESS.requestSerialize(message));
  expect(PROCESS.requestDeserialize(Buffer.from(writeProbe()))).toEqual(expected);
});

describe("an answer", () => {
  test.each([
    ["0a00", "passed on to the service"],
    ["0a001000", "passed on to the service"],
    ["3a0a0a0308930318012a0141", "answered with 403 (A)"],
    ["3a00", "answered with 0 ()"],
    ["3a052a01ff0a00", "answered with 0 ()"],
    ["", undefined],
    ["1200", undefined],
    ["3a05", undefined],
    ["0b", undefined],
  ])("%s is %j", (hex, words) => {
    expect(readProbeAnswer(Buffer.from(hex, "hex"))).toBe(words);
  });
});
