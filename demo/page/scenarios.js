/**
 * What there is to try. `init` is given to fetch as it stands; `preflight` says what the browser will ask first, so
 * that the page can have both requests explained.
 *
 * @typedef {object} Scenario
 * @property {string} id
 * @property {string} group
 * @property {string} title
 * @property {string} about
 * @property {"fetch" | "headers" | "twice" | "events" | "socket" | "frame"} how
 * @property {string} path
 * @property {{method?: string, headers?: Record<string, string>, body?: string, credentials?: RequestCredentials}} [init]
 * @property {{method: string, headers: string}} [preflight]
 */

/** @type {readonly Scenario[]} */
export const scenarios = [
  {
    id: "read",
    group: "Sent without a preflight",
    title: "A simple GET",
    about:
      "Sent at once, without a preflight. What counts is whether the answer names this origin.",
    how: "fetch",
    path: "/orders",
  },
  {
    id: "exposed",
    group: "Sent without a preflight",
    title: "Headers of the answer",
    about:
      "A script sees a few headers and those that the policy exposes: x-total-count, not x-request-cost.",
    how: "headers",
    path: "/orders",
  },
  {
    id: "star",
    group: "Sent without a preflight",
    title: "A service with its own `*`",
    about: "This service opens itself to every page. Envoy replaces that by what the policy says.",
    how: "fetch",
    path: "/public",
  },
  {
    id: "broken",
    group: "Sent without a preflight",
    title: "An error answer",
    about:
      "503 from the service. With its CORS headers on, the script can tell it from a lost network.",
    how: "fetch",
    path: "/broken",
  },
  {
    id: "post",
    group: "Sent without a preflight",
    title: "A POST as a form sends it",
    about:
      "No preflight here either: without a check in front of it, the service would add the order.",
    how: "fetch",
    path: "/orders",
    init: { method: "POST", body: "a teapot" },
  },
  {
    id: "cookie",
    group: "Sent without a preflight",
    title: "Cookies",
    about: "Two requests with credentials; the service counts visits in a cookie.",
    how: "twice",
    path: "/session",
    init: { credentials: "include" },
  },
  {
    id: "put",
    group: "Asked for by a preflight",
    title: "A preflighted PUT",
    about: "The browser asks first. The policy lists PUT.",
    how: "fetch",
    path: "/orders/1",
    init: { method: "PUT", body: "sent" },
    preflight: { method: "PUT", headers: "" },
  },
  {
    id: "delete",
    group: "Asked for by a preflight",
    title: "A DELETE that is not listed",
    about: "The preflight is refused, so that the browser never sends the DELETE.",
    how: "fetch",
    path: "/orders/2",
    init: { method: "DELETE" },
    preflight: { method: "DELETE", headers: "" },
  },
  {
    id: "header",
    group: "Asked for by a preflight",
    title: "A header that is listed",
    about: "x-api-key makes the browser ask first. The policy lists it.",
    how: "fetch",
    path: "/orders/1",
    init: { headers: { "x-api-key": "demo" } },
    preflight: { method: "GET", headers: "x-api-key" },
  },
  {
    id: "header-refused",
    group: "Asked for by a preflight",
    title: "A header that is not",
    about: "One name that is not listed is enough: the preflight is refused.",
    how: "fetch",
    path: "/orders/1",
    init: { headers: { "x-api-key": "demo", "x-debug": "1" } },
    preflight: { method: "GET", headers: "x-api-key,x-debug" },
  },
  {
    id: "continue",
    group: "Special cases",
    title: "A preflight that goes on",
    about:
      "Policy `reports` says `preflight: continue`: Envoy's other filters and its route see the preflight too.",
    how: "fetch",
    path: "/reports",
    init: { headers: { "x-api-key": "demo" } },
    preflight: { method: "GET", headers: "x-api-key" },
  },
  {
    id: "events",
    group: "Special cases",
    title: "An event stream",
    about:
      "EventSource obeys CORS like fetch. Only the headers pass through corsd, so that nothing is held up.",
    how: "events",
    path: "/events",
  },
  {
    id: "socket",
    group: "Special cases",
    title: "A WebSocket",
    about:
      "Browsers apply no CORS to it: any page may connect, unless the handshake's Origin is checked on the way.",
    how: "socket",
    path: "/socket",
  },
  {
    id: "null",
    group: "Special cases",
    title: "A sandboxed frame",
    about:
      "Its origin is opaque and sent as `null`, which anybody can send; listing it admits everybody.",
    how: "frame",
    path: "/orders",
  },
];
