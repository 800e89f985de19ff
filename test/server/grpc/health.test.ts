import { expect, test } from "vitest";
import {
  readHealthRequest,
  readHealthResponse,
  SERVING,
  writeHealthRequest,
  writeHealthResponse,
} from "../../../src/server/grpc/health.ts";

test.each([
  ["", ""],
  ["0a00", ""],
  ["0a0161", "a"],
  ["100122016b0a0161", "a"],
  ["0a02", undefined],
  ["0a01ff", undefined],
  ["0b", undefined],
])("the service that %j asks for is %j", (hex, service) => {
  expect(readHealthRequest(Buffer.from(hex, "hex"))).toBe(service);
});

test.each(["", "a", "envoy.service.ext_proc.v3.ExternalProcessor"])("asks for %j", (service) => {
  expect(readHealthRequest(writeHealthRequest(service))).toBe(service);
});

test.each([
  [Buffer.from(writeHealthResponse(SERVING)).toString("hex"), SERVING],
  ["", 0],
  ["12020a01", 0],
  ["1201000802", 2],
  ["08", undefined],
  ["0b", undefined],
])("the status that %j tells is %j", (hex, status) => {
  expect(readHealthResponse(Buffer.from(hex, "hex"))).toBe(status);
});
