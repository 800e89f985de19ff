import { describe, expect, test } from "vitest";
import type { RequestHead } from "../../../src/http2/request-head.ts";
import { refusalOf, timeoutOf } from "../../../src/server/grpc/grpc-request.ts";

const GRPC = { "content-type": "application/grpc" };

function head(headers: Readonly<Record<string, string>>, method: string = "POST"): RequestHead {
  const contentLength = Number.NaN;
  return { method, path: "/", headers: new Map(Object.entries(headers)), contentLength };
}

function answerTo(request: RequestHead): Record<string, string> {
  return Object.fromEntries(refusalOf(request) ?? []);
}

describe("refusalOf", () => {
  test.each([
    ["application/grpc", undefined],
    ["application/grpc+proto", undefined],
    ["application/grpc;charset=utf-8", undefined],
    ["Application/gRPC", undefined],
    ["application/grpc-web", "415"],
    ["application/json", "415"],
    ["", "415"],
    [undefined, "415"],
  ])("content type %j: %s", (type, status) => {
    expect(answerTo(head(type === undefined ? {} : { "content-type": type }))[":status"]).toBe(
      status,
    );
  });

  test.each([
    ["POST", undefined],
    ["GET", "405"],
    ["post", "405"],
  ])("method %s: %s", (method, status) => {
    expect(answerTo(head(GRPC, method))[":status"]).toBe(status);
  });

  test.each([
    [undefined, undefined],
    ["identity", undefined],
    ["gzip", "12"],
  ])("encoding %s: %s", (encoding, status) => {
    const headers = encoding === undefined ? GRPC : { ...GRPC, "grpc-encoding": encoding };
    expect(answerTo(head(headers))["grpc-status"]).toBe(status);
  });

  test("an encoding is refused with the one that is taken", () => {
    expect(answerTo(head({ ...GRPC, "grpc-encoding": "gzip" }))).toMatchObject({
      ":status": "200",
      "grpc-accept-encoding": "identity",
    });
  });
});

test.each([
  [undefined, Number.POSITIVE_INFINITY],
  ["2H", 7_200_000],
  ["3M", 180_000],
  ["1S", 1000],
  ["20m", 20],
  ["1500u", 2],
  ["1n", 1],
  ["0m", 0],
  ["99999999H", 359_999_996_400_000],
  ["123456789m", Number.NaN],
  ["-1m", Number.NaN],
  ["1s", Number.NaN],
  ["1", Number.NaN],
  ["", Number.NaN],
  ["m", Number.NaN],
])("grpc-timeout %j is %d ms", (text, timeout) => {
  expect(timeoutOf(head(text === undefined ? {} : { "grpc-timeout": text }))).toBe(timeout);
});
