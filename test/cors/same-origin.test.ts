import { expect, test } from "vitest";
import { readOrigin } from "../../src/cors/origin.ts";
import type { Request } from "../../src/cors/request.ts";
import { isSameOrigin } from "../../src/cors/same-origin.ts";
import { request } from "./sample.ts";

test.each<[boolean, string, Partial<Request>]>([
  [true, "https://api.example.com", {}],
  [true, "https://api.example.com:443", {}],
  [true, "https://api.example.com", { authority: "API.example.com:443" }],
  [true, "https://api.example.com", { scheme: "http", forwardedProto: "https" }],
  [false, "https://api.example.com", { forwardedProto: "http" }],
  [false, "http://api.example.com", {}],
  [false, "https://api.example.com:8443", {}],
  [false, "https://api.example.com", { scheme: undefined }],
  [false, "https://api.example.com", { authority: undefined }],
  [false, "undefined://api.example.com", { scheme: undefined }],
  [false, "https://undefined", { authority: undefined }],
  [false, "https://api.example.com", { authority: "user@api.example.com" }],
  [true, "https://other.example", { secFetchSite: "same-origin" }],
  [false, "https://api.example.com", { secFetchSite: "cross-site" }],
  [true, "null", { secFetchSite: "same-origin" }],
  [false, "null", {}],
  [false, "null", { secFetchSite: "cross-site" }],
  [false, "not an origin", { secFetchSite: "same-origin" }],
])("%s: %s with %j", (expected, origin, over) => {
  expect(isSameOrigin(request({ origin, ...over }), readOrigin(origin))).toBe(expected);
});

test("no Origin, no same origin", () => {
  expect(isSameOrigin(request(), readOrigin(undefined))).toBe(false);
});
