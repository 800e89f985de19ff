import { passesCorsCheck, passesPreflight } from "../../oracle/model/fetch.ts";
import type { Line } from "../../oracle/model/request.ts";
import type { Differences } from "./differences.ts";
import { basicNames, exposedNames } from "./filtered.ts";
import type { PreflightCache } from "./preflight-cache.ts";
import { isSafelistedMethod, unsafeNames } from "./safelist.ts";
import { fieldOf, listIn, type Network, type Received } from "./wire.ts";

// "Main fetch", "HTTP fetch", "HTTP-redirect fetch" and "CORS-preflight fetch" of the Fetch standard
// (https://fetch.spec.whatwg.org), as far as they decide what a script may read. Names in quotes are its own.

export type CredentialsMode = "omit" | "same-origin" | "include";
export type RedirectMode = "follow" | "error" | "manual";

/** "request", after normalization; header names in lower case, forbidden ones gone. */
export type Request = {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly Line[];
  readonly mode: "cors" | "no-cors" | "same-origin";
  readonly credentials: CredentialsMode;
  readonly redirect: RedirectMode;
  /** Of the document: serialized, or `null`. */
  readonly origin: string;
  /** "use-CORS-preflight flag". */
  readonly usePreflight: boolean;
  /** Which interface asks: no matter of the standard, but of browsers. */
  readonly by: "fetch" | "xhr" | "events" | "element";
};

/** "response" as the script gets it; undefined: a network error. */
export type Response =
  | {
      readonly type: "basic" | "cors" | "opaque" | "opaqueredirect";
      readonly status: number;
      readonly names: readonly string[];
      readonly contentType: string;
      /** Whether the page may see how long it took ("TAO check" of each answer). */
      readonly timing: boolean;
    }
  | undefined;

export type Browser = {
  readonly network: Network;
  readonly cache: PreflightCache;
  /** Whether the browser holds a cookie for this URL and the page may use it. */
  readonly hasCookie: (url: URL) => boolean;
  /** Whether a frame may use the cookies of this URL though it is of another site. */
  readonly hasStorageAccess: (url: URL) => boolean;
  readonly differs: Differences;
};

/** "response tainting" and what else changes from one URL to the next. */
type State = {
  readonly request: Request;
  /** "URL list". */
  readonly urls: readonly URL[];
  readonly tainting: "basic" | "cors" | "opaque";
  readonly timing: boolean;
};

const MAX_REDIRECTS = 20;

export function fetching(browser: Browser, request: Request): Response {
  const urls = [new URL(request.url)];
  return mainFetch(browser, { request, urls, tainting: "basic", timing: true });
}

/** "Main fetch". */
function mainFetch(browser: Browser, state: State): Response {
  const { request } = state;
  if (currentUrl(state).origin === request.origin && state.tainting === "basic") {
    return httpFetch(browser, state, false);
  }
  if (request.mode === "same-origin") return undefined;
  if (request.mode === "no-cors") {
    if (request.redirect !== "follow") return undefined;
    return httpFetch(browser, { ...state, tainting: "opaque" }, false);
  }
  const cors: State = { ...state, tainting: "cors" };
  const isUnsafe = !isSafelistedMethod(request.method) || unsafeNames(request.headers).length > 0;
  if (!request.usePreflight && !isUnsafe) return httpFetch(browser, cors, false);
  const response = httpFetch(browser, cors, true);
  const isKept = response !== undefined || browser.differs.failureKeeps;
  if (!isKept) browser.cache.clear(keyOf(cors));
  return response;
}

/** "HTTP fetch". */
function httpFetch(browser: Browser, state: State, makePreflight: boolean): Response {
  if (makePreflight && !isKept(browser, state) && !preflight(browser, state)) return undefined;
  const received = send(browser, state);
  if (state.tainting === "cors" && !passesCheck(state, received.headers)) return undefined;
  const judged = { ...state, timing: state.timing && passesTao(state, received.headers) };
  if (![301, 302, 303, 307, 308].includes(received.status)) return filtered(judged, received);
  const location = fieldOf(received.headers, "location");
  switch (state.request.redirect) {
    case "error": {
      const isAnswer = location === undefined && browser.differs.errorNeedsLocation;
      return isAnswer ? filtered(judged, received) : undefined;
    }
    case "manual":
      return { type: "opaqueredirect", status: 0, names: [], contentType: "", timing: false };
    case "follow":
      if (location === undefined) return filtered(judged, received);
      return redirectFetch(browser, judged, received.status, location);
  }
}

/** "HTTP-redirect fetch". */
function redirectFetch(browser: Browser, state: State, status: number, location: string): Response {
  const { request, urls } = state;
  const from = currentUrl(state);
  const to = new URL(location, from);
  if (urls.length > MAX_REDIRECTS) return undefined;
  const isNamed = to.username !== "" || to.password !== "";
  const isCrossing = request.mode === "cors" && request.origin !== to.origin;
  const isStrict = browser.differs.noNamedRedirects && request.by !== "xhr";
  if (isNamed && (isCrossing || state.tainting === "cors" || isStrict)) return undefined;
  const becomesGet =
    ((status === 301 || status === 302) && request.method === "POST") ||
    (status === 303 && request.method !== "GET" && request.method !== "HEAD");
  const kept = request.headers
    .filter(([name]) => !becomesGet || !BODY_HEADERS.includes(name))
    .filter(([name]) => name !== "authorization" || from.origin === to.origin);
  const method = becomesGet ? "GET" : request.method;
  return mainFetch(browser, {
    ...state,
    request: { ...request, method, headers: kept },
    urls: [...urls, to],
  });
}

/** "request-body-header name". */
const BODY_HEADERS = ["content-encoding", "content-language", "content-location", "content-type"];

/** Whether the cache spares the preflight: step 1 of "HTTP fetch" with the flag set. */
function isKept({ cache }: Browser, state: State): boolean {
  const { method, headers, usePreflight } = state.request;
  const key = keyOf(state);
  const needsMethod = !isSafelistedMethod(method) || usePreflight;
  return (
    (!needsMethod || cache.holdsMethod(key, method)) &&
    unsafeNames(headers).every((name) => cache.holdsHeader(key, name))
  );
}

/** "CORS-preflight fetch": whether the request may follow. */
function preflight(browser: Browser, state: State): boolean {
  const { request } = state;
  const { method, headers, credentials, usePreflight } = request;
  const names = unsafeNames(headers);
  const asked: readonly Line[] = [
    ["access-control-request-method", method],
    ...(names.length === 0 ? [] : [["access-control-request-headers", names.join(",")] as const]),
  ];
  const received = browser.network({
    method: "OPTIONS",
    url: currentUrl(state),
    headers: [["origin", originOf(state)], ["sec-fetch-site", siteOf(state)], ...asked],
    cookie: false,
  });
  const mode = credentials === "include" ? "include" : "omit";
  if (!passesPreflight(originOf(state), mode, { method, names }, received)) return false;
  const methods = listIn(received.headers, "access-control-allow-methods");
  const maxAge = Number(fieldOf(received.headers, "access-control-max-age") ?? "5");
  const isOpaque = request.origin === "null" && browser.differs.opaqueKeepsNothing;
  if (maxAge > 0 && !isOpaque) {
    const whole = methods ?? (usePreflight ? [method] : []);
    const listed = listIn(received.headers, "access-control-allow-headers") ?? [];
    browser.cache.keep(keyOf(state), whole, listed);
  }
  return true;
}

/** "HTTP-network-or-cache fetch", of which nothing is kept here. */
function send(browser: Browser, state: State): Received {
  const { network, hasCookie } = browser;
  const { method, headers, credentials } = state.request;
  const url = currentUrl(state);
  const isIncluded =
    credentials === "include" || (credentials === "same-origin" && state.tainting === "basic");
  const site: Line = ["sec-fetch-site", siteOf(state)];
  const own = carriesOrigin(browser, state) ? [["origin", originOf(state)] as const, site] : [site];
  const authorization = headers.filter(([name]) => name === "authorization");
  const cookie = isIncluded && hasCookie(url);
  return network({ method, url, headers: [...own, ...authorization], cookie });
}

/** "append a request `Origin` header", under the default referrer policy and from `http` to `http`. */
function carriesOrigin({ differs, hasStorageAccess }: Browser, state: State): boolean {
  const { tainting, request } = state;
  if (tainting === "cors" || !["GET", "HEAD"].includes(request.method)) return true;
  if (request.by === "element") return differs.elementsSendOrigin;
  const isCredentialed = tainting === "opaque" && request.credentials === "include";
  return differs.storageAccessSendsOrigin && isCredentialed && hasStorageAccess(currentUrl(state));
}

function passesCheck(state: State, headers: readonly Line[]): boolean {
  const mode = state.request.credentials === "include" ? "include" : "omit";
  return passesCorsCheck(originOf(state), mode, headers);
}

/** "TAO check". */
function passesTao(state: State, headers: readonly Line[]): boolean {
  const values = listIn(headers, "timing-allow-origin") ?? [];
  return state.tainting === "basic" || values.includes("*") || values.includes(originOf(state));
}

function filtered(state: State, { status, headers }: Received): Response {
  const { tainting, timing, request } = state;
  const contentType = fieldOf(headers, "content-type") ?? "";
  switch (tainting) {
    case "basic":
      return { type: "basic", status, names: basicNames(headers), contentType, timing };
    case "cors": {
      const names = exposedNames(headers, request.credentials);
      return { type: "cors", status, names, contentType, timing };
    }
    case "opaque":
      return { type: "opaque", status: 0, names: [], contentType, timing };
  }
}

/** "byte-serializing a request origin". */
function originOf(state: State): string {
  return isTainted(state) ? "null" : state.request.origin;
}

/** "redirect-tainted origin": some redirect left a foreign origin for another one. */
function isTainted({ request, urls }: State): boolean {
  return urls.some((url, index) => {
    const last = urls[index - 1];
    return last !== undefined && url.origin !== last.origin && request.origin !== last.origin;
  });
}

/** Sec-Fetch-Site of Fetch Metadata, of which only `same-origin` is told from the rest. */
function siteOf({ request, urls }: State): string {
  return urls.every(({ origin }) => origin === request.origin) ? "same-origin" : "cross-site";
}

function keyOf(state: State): { origin: string; url: string; include: boolean } {
  const include = state.request.credentials === "include";
  return { origin: originOf(state), url: currentUrl(state).href, include };
}

function currentUrl({ urls }: State): URL {
  const url = urls.at(-1);
  if (url === undefined) throw new Error("a request without URL");
  return url;
}
