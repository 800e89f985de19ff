import fc from "fast-check";
import type { ServiceResponse } from "../model/client-view.ts";
import type { Line } from "../model/request.ts";

// What services answer: headers of their own CORS, several lines of one name, more names than fit.

const LINES: readonly Line[] = [
  ["access-control-allow-origin", "*"],
  ["access-control-allow-credentials", "true"],
  ["access-control-allow-credentials", "false"],
  ["access-control-allow-methods", "GET"],
  ["access-control-allow-headers", "*"],
  ["access-control-expose-headers", "x-secret"],
  ["access-control-max-age", "86400"],
  ["access-control-allow-private-network", "true"],
  ["access-control-some-day", "1"],
  ["timing-allow-origin", "*"],
  ["timing-allow-origin", "https://app.example.com"],
  ["content-type", "application/json"],
  ["cache-control", "max-age=60"],
  ["etag", '"1"'],
  ["x-total-count", "7"],
  ["x-page", "1"],
  ["x-page", "2"],
  ["set-cookie", "a=b"],
  ["set-cookie", "c=d"],
  ["set-cookie2", "e=f"],
  ["x-b\u00e4d", "1"],
];

const VARIES = [
  "",
  "*",
  "Accept-Encoding",
  "accept-encoding, Origin",
  "ORIGIN",
  "origin,origin",
  "Accept, *",
  "Accept-Encoding,accept-encoding , Accept",
  "Access-Control-Request-Headers",
  ",Accept,,",
] as const;

/** Many names, or long ones: 64 of them and 4,096 bytes are the bounds of what is listed. */
const crowds: readonly (readonly Line[])[] = [
  crowd(63, 1),
  crowd(70, 1),
  crowd(40, 90),
  crowd(63, 60),
];

function crowd(count: number, length: number): readonly Line[] {
  return Array.from({ length: count }, (_, index) => [`x-${"n".repeat(length)}-${index}`, "1"]);
}

const lines = fc.oneof(
  { arbitrary: fc.shuffledSubarray([...LINES], { maxLength: 8 }), weight: 30 },
  { arbitrary: fc.constant([]), weight: 3 },
  fc.constantFrom(...crowds),
);

export const serviceResponse: fc.Arbitrary<ServiceResponse> = fc
  .tuple(
    fc.constantFrom(200, 200, 204, 304, 404, 500),
    lines,
    fc.oneof(fc.constant(undefined), fc.constantFrom(...VARIES)),
  )
  .map(([status, headers, vary]) => ({
    status,
    headers: vary === undefined ? headers : [...headers, ["vary", vary] satisfies Line],
  }));
