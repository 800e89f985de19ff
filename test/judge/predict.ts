import type { Meaning } from "../oracle/model/meaning.ts";
import type { Line } from "../oracle/model/request.ts";
import { addressOf } from "./address.ts";
import { CHROMIUM, type Differences } from "./browser/differences.ts";
import { type Browser, fetching, type Request, type Response } from "./browser/fetching.ts";
import { PreflightCache } from "./browser/preflight-cache.ts";
import {
  isForbiddenMethod,
  isForbiddenName,
  isNoCorsSafelisted,
  isSafelistedMethod,
  normalizeMethod,
} from "./browser/safelist.ts";
import { gatewayOf, type Notes, type Setup } from "./gateway.ts";
import { hasStorageAccess, mayUseCookie, originOf, type Ports } from "./places.ts";
import type { Asking, Course, Fetching, Scenario, Seen } from "./scenario.ts";

/** All but the WebSocket handshake, which is no fetch to which CORS applies. */
type Requesting = Exclude<Asking, { via: "websocket" }>;

/** What the policy's author meant: the course of a scenario by the model of corsd and that of a browser. */
export function predict(
  meaning: Meaning,
  setup: Setup,
  ports: Ports,
  scenario: Scenario,
  number: number,
  differs: Differences = CHROMIUM,
): Course {
  const notes: Notes = { exchanges: [], reached: [] };
  const browser: Browser = {
    network: gatewayOf(meaning, setup, notes),
    cache: new PreflightCache(),
    hasCookie: (url) => mayUseCookie(scenario.page, url),
    hasStorageAccess: (url) => hasStorageAccess(scenario.page, url),
    differs,
  };
  const origin = originOf(scenario.page, ports);
  const url = addressOf(scenario.hops, 0, number, ports);
  const socketUrl = addressOf(scenario.hops, 0, number, ports, "socket");
  const isAlone = scenario.asks.length === 1;
  const seen = scenario.asks.map((ask) =>
    ask.via === "websocket"
      ? handshake(browser, socketUrl, origin)
      : withTiming(outcomeOf(browser, ask, url, origin), isAlone),
  );
  return { seen, exchanges: notes.exchanges.sort(), reached: notes.reached.sort() };
}

/** A page tells the timings of several requests of one URL apart by luck. */
function withTiming(seen: Seen, isAlone: boolean): Seen {
  return typeof seen === "string" || isAlone ? seen : { ...seen, timing: null };
}

function outcomeOf(browser: Browser, ask: Requesting, url: string, origin: string): Seen {
  const request = requestOf(ask, url, origin, browser.differs);
  const response = request === undefined ? undefined : fetching(browser, request);
  if (response === undefined) return "error";
  const { type, status, names, timing, contentType } = response;
  switch (ask.via) {
    case "fetch": {
      const isShown = type === "basic" || type === "cors";
      return { type, status, names: shown(names), timing: isShown ? timing : null };
    }
    case "xhr":
      return { type: "xhr", status, names: shown(names), timing: null };
    case "events":
      // HTML, "server-sent events": anything but this fails the connection.
      return status === 200 && contentType === "text/event-stream" ? "loaded" : "error";
    case "script":
      return isOk(response) && contentType !== "" ? "loaded" : "error";
    default:
      // An image is shown whatever the status, as long as it is one.
      return contentType === "image/svg+xml" && status !== 204 ? "loaded" : "error";
  }
}

function isOk(response: NonNullable<Response>): boolean {
  return response.status >= 200 && response.status <= 299;
}

/** What Envoy adds to whatever passes is no question of CORS. */
export const OF_ENVOY: readonly string[] = [
  "connection",
  "date",
  "server",
  "x-envoy-upstream-service-time",
];

function shown(names: readonly string[]): readonly string[] {
  return names.filter((name) => !OF_ENVOY.includes(name));
}

/** undefined: the interface takes no such request. */
function requestOf(
  ask: Requesting,
  url: string,
  origin: string,
  differs: Differences,
): Request | undefined {
  const always = {
    url,
    origin,
    method: "GET",
    headers: [],
    mode: "cors",
    redirect: "follow",
    usePreflight: false,
    by: "fetch",
  } as const;
  switch (ask.via) {
    case "fetch":
      return requestOfFetch(ask, url, origin);
    case "xhr":
      return {
        ...always,
        by: "xhr",
        method: normalizeMethod(ask.method),
        headers: settable(ask.headers),
        credentials: ask.withCredentials ? "include" : "same-origin",
        usePreflight: ask.upload && !(differs.uploadNeedsBody && isBodiless(ask.method)),
      };
    case "events":
      return {
        ...always,
        by: "events",
        credentials: ask.withCredentials ? "include" : "same-origin",
      };
    default:
      return {
        ...always,
        by: "element",
        credentials: ask.crossorigin === "use-credentials" ? "include" : "same-origin",
      };
  }
}

/** "new Request()". */
function requestOfFetch(ask: Fetching, url: string, origin: string): Request | undefined {
  const method = normalizeMethod(ask.method);
  const { mode, credentials, redirect } = ask;
  if (isForbiddenMethod(method)) return undefined;
  if (mode === "no-cors" && !isSafelistedMethod(method)) return undefined;
  const headers = settable(ask.headers).filter(
    (line) => mode !== "no-cors" || isNoCorsSafelisted(line),
  );
  return {
    url,
    origin,
    method,
    headers,
    mode,
    credentials,
    redirect,
    usePreflight: false,
    by: "fetch",
  };
}

function isBodiless(method: string): boolean {
  return ["GET", "HEAD"].includes(normalizeMethod(method));
}

function settable(headers: readonly Line[]): readonly Line[] {
  return headers
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => !isForbiddenName(name));
}

/** WebSockets, "establish a WebSocket connection": no CORS check; the server's word is its status. */
function handshake({ network, hasCookie }: Browser, href: string, origin: string): Seen {
  const url = new URL(href);
  const site = url.origin === origin ? "same-origin" : "cross-site";
  const headers = [
    ["origin", origin],
    ["sec-fetch-site", site],
    ["upgrade", "websocket"],
  ] as const;
  const { status } = network({ method: "GET", url, headers, cookie: hasCookie(url) });
  return status === 101 ? "loaded" : "error";
}
