import fc from "fast-check";
import { expect, test } from "vitest";
import { RUNS, requests } from "./every-answer.ts";
import { writtenDocument } from "./generate/documents.ts";
import { serviceResponse } from "./generate/responses.ts";
import type { View } from "./model/client-view.ts";
import { readOrigin } from "./model/origin.ts";
import type { ModelRequest } from "./model/request.ts";
import { ask, snapshotOf } from "./product.ts";
import { SharedCache } from "./shared-cache.ts";

/** Where the requests go: few places, so that they meet; one is read in two ways. */
const PATHS = ["/orders", "/a/b", "//orders"];

test("a shared cache never serves one origin another's answer, nor a preflight another preflight's", () => {
  let served = 0;
  fc.assert(
    fc.property(writtenDocument, requests, serviceResponse, (document, asked, service) => {
      const snapshot = snapshotOf(document, "json");
      const cache = new SharedCache();
      for (const request of asked.flatMap(browserRequests)) {
        const fresh = ask(snapshot, request, service);
        // What corsd leaves alone is the service's to keep apart.
        if (fresh.said.outcome === "passed") continue;
        const found = cache.find(request);
        if (found === undefined) {
          cache.store(request, fresh.view);
          continue;
        }
        served += 1;
        expect(looked(request, found)).toEqual(looked(request, fresh.view));
      }
    }),
    { numRuns: RUNS },
  );
  expect(served).toBeGreaterThan(RUNS);
});

/** What a browser looks at: who sends no Origin does not look at these headers. */
function looked({ origin }: ModelRequest, { headers }: View): View["headers"] {
  return headers.filter(
    ([name]) =>
      origin !== undefined &&
      (name.startsWith("access-control-") || name === "timing-allow-origin"),
  );
}

/** As a browser sends it, through one cache: with an origin that parses or none. */
function browserRequests(request: ModelRequest): readonly ModelRequest[] {
  const { origin, method, requestMethod } = request;
  if (origin !== undefined && readOrigin(origin) === undefined) return [];
  // No browser asks for a method without saying for which page.
  const isPreflight = method === "OPTIONS" && requestMethod !== undefined && origin !== undefined;
  const sent = isPreflight ? preflightOf(request) : actualOf(request);
  return PATHS.map((path) => ({ ...sent, path }));
}

const HERE = { path: "/", scheme: "https", authority: "api.example.com", httpVersion: "HTTP/1.1" };

function actualOf({ origin }: ModelRequest): ModelRequest {
  return { ...HERE, method: "GET", ...(origin === undefined ? {} : { origin }) };
}

function preflightOf(request: ModelRequest): ModelRequest {
  const asks = ["origin", "requestMethod", "requestHeaders", "requestPrivateNetwork"];
  const entries = Object.entries(request).filter(([key]) => asks.includes(key));
  return { ...HERE, method: "OPTIONS", ...Object.fromEntries(entries) };
}
