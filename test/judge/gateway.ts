import { type ServiceResponse, viewOf } from "../oracle/model/client-view.ts";
import type { Meaning } from "../oracle/model/meaning.ts";
import type { Line, ModelRequest } from "../oracle/model/request.ts";
import { judge } from "../oracle/model/steps.ts";
import type { Answer } from "../oracle/model/verdict.ts";
import { bodyOf, readPath, readReply } from "./address.ts";
import { fieldOf, type Network, type Sent } from "./browser/wire.ts";

export const SETUPS = ["full", "request-only"] as const;
export type Setup = (typeof SETUPS)[number];

/** Takes note of what a scenario made Envoy and the service meet. */
export type Notes = { readonly exchanges: string[]; readonly reached: string[] };

/** Envoy, corsd and the service, as the executable model has them. */
export function gatewayOf(meaning: Meaning, setup: Setup, notes: Notes): Network {
  return (sent) => {
    const { answer } = judge(meaning, requestOf(sent));
    const behind = behindOf(sent);
    const isRouted = behind.route !== "nowhere";
    const view = viewOf(setup === "full" ? answer : statically(answer, isRouted), behind.response);
    const { status } = view;
    notes.exchanges.push(
      exchangeLine(sent.method, sent.url, fieldOf(sent.headers, "origin"), status),
    );
    if (view.reached && (behind.route === "at" || behind.route === "socket")) {
      const authorization = fieldOf(sent.headers, "authorization") !== undefined;
      notes.reached.push(reachedLine(sent.method, sent.url.pathname, sent.cookie, authorization));
    }
    const vary: readonly Line[] = view.vary.length === 0 ? [] : [["vary", view.vary.join(", ")]];
    const length: readonly Line[] =
      view.reached || view.body === "" ? [] : [["content-length", String(view.body.length)]];
    return { status, headers: [...view.headers, ...vary, ...length] };
  };
}

export function exchangeLine(
  method: string,
  url: { readonly pathname: string },
  origin: string | undefined,
  status: number,
): string {
  return `${method} ${url.pathname} from ${origin ?? "nobody"}: ${status}`;
}

export function reachedLine(
  method: string,
  path: string,
  cookie: boolean,
  authorization: boolean,
): string {
  return `${method} ${path}${cookie ? " cookie" : ""}${authorization ? " authorization" : ""}`;
}

function requestOf({ method, url, headers }: Sent): ModelRequest {
  const known = Object.entries({
    origin: fieldOf(headers, "origin"),
    requestMethod: fieldOf(headers, "access-control-request-method"),
    requestHeaders: fieldOf(headers, "access-control-request-headers"),
    secFetchSite: fieldOf(headers, "sec-fetch-site"),
    upgrade: fieldOf(headers, "upgrade"),
  }).filter(([, value]) => value !== undefined);
  return {
    method,
    path: `${url.pathname}${url.search}`,
    scheme: "http",
    authority: url.host,
    forwardedProto: "http",
    httpVersion: "HTTP/1.1",
    ...Object.fromEntries(known),
  };
}

/** What answers where corsd does not, and with what: the service as the URL says, Envoy with text. */
function behindOf({ url, method }: Sent): {
  readonly route: string;
  readonly response: ServiceResponse;
} {
  const route = readPath(url.pathname)?.behind ?? "nowhere";
  switch (route) {
    case "at": {
      const reply = readReply(url.search);
      const body = bodyOf(reply);
      const length: readonly Line[] = body === "" ? [] : [["content-length", String(body.length)]];
      return { route, response: { status: reply.status, headers: [...reply.headers, ...length] } };
    }
    case "socket":
      return { route, response: { status: 101, headers: [] } };
    case "dead":
      return { route, response: { status: 503, headers: LOCAL } };
    case "limited":
      return { route, response: { status: 429, headers: LOCAL } };
    case "denied":
      return { route, response: { status: 403, headers: LOCAL } };
    case "nowhere": {
      const empty: readonly Line[] = method === "HEAD" ? [] : [["content-length", "0"]];
      return { route, response: { status: 404, headers: empty } };
    }
    case "moved": {
      const location = url.href.replace("/moved/", "/at/");
      return { route, response: { status: 307, headers: [["location", location]] } };
    }
  }
}

/** A body of Envoy's own. */
const LOCAL: readonly Line[] = [
  ["content-length", "1"],
  ["content-type", "text/plain"],
];

/**
 * The request-only set-up (docs/attaching.md): every route loses the service's CORS headers, prints what corsd handed
 * over, and knows no names of the response; what has no route is printed nothing.
 */
function statically(answer: Answer, isRouted: boolean): Answer {
  const nothing = {
    kind: "decorated",
    headers: [],
    vary: [],
    timing: true,
    exposeNames: false,
  } as const;
  switch (answer.kind) {
    case "instead":
      return answer;
    case "untouched":
      return isRouted ? nothing : answer;
    case "decorated":
      return isRouted ? { ...answer, timing: true, exposeNames: false } : nothing;
  }
}
