import { expect, test } from "vitest";
import { decide } from "../../src/cors/decide.ts";
import { narrate } from "../../src/cors/explain.ts";
import type { Request } from "../../src/cors/request.ts";
import type { Group, Snapshot } from "../../src/cors/snapshot.ts";
import {
  APP,
  governedBy,
  group,
  listed,
  policy,
  preflight,
  request,
  STRICT,
  snapshot,
} from "./sample.ts";

const PREFLIGHT = "preflight: OPTIONS with Origin and Access-Control-Request-Method";
const GROUP = "group `orders`: matched by everything";
const LISTED = `policy \`web\` governs: the first whose list admits \`${APP}\``;
const REPLACED = "the service answers, its own CORS headers are replaced by those below";
const ACTUAL = "actual: GET with an Origin";

const match = { group: group([policy()]), entry: "route orders" };
const unmatched = snapshot(() => ({ by: "match", received: undefined, decoded: undefined }));
const ambiguous = snapshot(() => ({ by: "match", received: match, decoded: undefined }));
const unknown = snapshot(() => ({ by: "unknown-name" }));
const named = snapshot(() => ({ by: "name", group: group([]) }));
const loose = { ...STRICT, checkRequested: false, checkActualMethod: false };
const http2 = policy({ httpVersions: new Set(["HTTP/2", "HTTP/3"]) });

test.each<[string, Snapshot | Group, Request, string[]]>([
  [
    "granted",
    group([policy()]),
    preflight("POST", "content-type"),
    [
      GROUP,
      PREFLIGHT,
      LISTED,
      "HTTP version: any",
      "requested method `POST`: allowed",
      "requested headers: well formed",
      "requested headers: allowed",
      "granted: answered with 200, the service is not reached",
    ],
  ],
  [
    "a header",
    group([policy({ headers: listed() })]),
    preflight("POST", "X-A"),
    [
      GROUP,
      PREFLIGHT,
      LISTED,
      "HTTP version: any",
      "requested method `POST`: allowed",
      "requested headers: well formed",
      "requested header `x-a`: not one of none",
      "refused (header-not-allowed): answered with 403, the service is not reached",
    ],
  ],
  [
    "a method",
    group([policy()]),
    preflight("PUT"),
    [
      GROUP,
      PREFLIGHT,
      LISTED,
      "HTTP version: any",
      "requested method `PUT`: not one of GET, POST",
      "refused (method-not-allowed): answered with 405, the service is not reached",
    ],
  ],
  [
    "not compared",
    group([policy({ behavior: loose })]),
    preflight("PUT"),
    [
      GROUP,
      PREFLIGHT,
      LISTED,
      "HTTP version: any",
      "requested method `PUT`: not compared",
      "requested headers: well formed",
      "requested headers: none",
      "granted: answered with 200, the service is not reached",
    ],
  ],
  [
    "any method, no token",
    group([policy({ methods: { kind: "any" } })]),
    preflight("P T"),
    [
      GROUP,
      PREFLIGHT,
      LISTED,
      "HTTP version: any",
      "requested method `P T`: not one of none",
      "refused (method-not-allowed): answered with 405, the service is not reached",
    ],
  ],
  [
    "a late policy",
    group([http2]),
    request({ origin: APP, httpVersion: undefined }),
    [
      GROUP,
      ACTUAL,
      `policy \`web\` governs: its list admits \`${APP}\`, though none does in this HTTP version`,
      "HTTP version `unknown`: not one of HTTP/2, HTTP/3",
      "refused (http-version-not-allowed): answered with 403, the service is not reached",
    ],
  ],
  [
    "a version",
    group([http2]),
    request({ origin: APP, httpVersion: "HTTP/2" }),
    [
      GROUP,
      ACTUAL,
      LISTED,
      "HTTP version `HTTP/2`: listed",
      "method `GET`: allowed",
      `granted: ${REPLACED}`,
    ],
  ],
  [
    "an application",
    group([policy({ behavior: loose })], [{ name: "bot", origins: ["https://bot"] }]),
    request({ origin: "https://bot" }),
    [
      GROUP,
      ACTUAL,
      "policy `web` governs: the group's first, since application `bot` admits `https://bot`",
      "HTTP version: any",
      "method: not compared",
      `granted: ${REPLACED}`,
    ],
  ],
  [
    "an actual method",
    group([policy()]),
    request({ origin: APP, method: "PUT" }),
    [
      GROUP,
      "actual: PUT with an Origin",
      LISTED,
      "HTTP version: any",
      "method `PUT`: not one of GET, POST",
      "refused (method-not-allowed): answered with 405, the service is not reached",
    ],
  ],
  [
    "nobody",
    group([policy(), policy({ name: "b" })]),
    request({ origin: "https://x" }),
    [
      GROUP,
      ACTUAL,
      "no policy and no application of `orders` admits `https://x`",
      "refused (origin-not-allowed): answered with 403, the service is not reached",
    ],
  ],
  [
    "malformed",
    group([policy()]),
    request({ origin: "x" }),
    [
      GROUP,
      ACTUAL,
      "the Origin header is not one serialized origin",
      "refused (origin-malformed): answered with 403, the service is not reached",
    ],
  ],
  [
    "own",
    group([policy()]),
    request({ origin: "https://api.example.com" }),
    [
      GROUP,
      ACTUAL,
      "same origin: `https://api.example.com` is the request's own scheme and authority",
      `granted (same-origin): ${REPLACED}`,
    ],
  ],
  [
    "own, as the browser says",
    group([policy()]),
    request({ origin: "null", secFetchSite: "same-origin" }),
    [
      GROUP,
      ACTUAL,
      "same origin: the browser says `Sec-Fetch-Site: same-origin`",
      `granted (same-origin): ${REPLACED}`,
    ],
  ],
  [
    "no Origin",
    group([policy()]),
    request(),
    [
      GROUP,
      "no-origin: without an Origin header there is nothing to grant",
      `granted: ${REPLACED}`,
    ],
  ],
  [
    "required",
    group([policy({ requireOrigin: true })]),
    request(),
    [
      GROUP,
      "no-origin: without an Origin header there is nothing to grant",
      "policy `web` requires an Origin header",
      "refused (origin-required): answered with 403, the service is not reached",
    ],
  ],
  [
    "a handshake",
    group([policy({ webSocket: "check" })]),
    request({ origin: APP, upgrade: "websocket" }),
    [GROUP, "websocket: a handshake with an Origin", "passed: the handshake is not touched"],
  ],
  [
    "no group",
    unmatched,
    request({ origin: APP }),
    [
      "group: none matches this route, host and path",
      ACTUAL,
      "passed: without a group the exchange is not touched",
    ],
  ],
  [
    "an idle group",
    named,
    request({ origin: APP }),
    [
      "group `orders`: named by the deployment",
      ACTUAL,
      "passed: no policy of `orders` is enforcing, so the exchange is not touched",
    ],
  ],
  [
    "two groups",
    ambiguous,
    request({ origin: APP }),
    [
      "group: the path as received selects `orders`, decoded it selects no group",
      ACTUAL,
      "the group cannot be told: path-ambiguous",
      "refused (path-ambiguous): answered with 400, the service is not reached",
    ],
  ],
  [
    "an unknown group",
    unknown,
    request({ origin: APP, group: "odrers" }),
    [
      "group: the deployment names `odrers`, which the document does not have",
      ACTUAL,
      "the group cannot be told: unknown-group",
      "refused (unknown-group): answered with 500, the service is not reached",
    ],
  ],
  [
    "malformed names",
    group([policy()]),
    preflight("POST", "a b"),
    [
      GROUP,
      PREFLIGHT,
      LISTED,
      "HTTP version: any",
      "requested method `POST`: allowed",
      "requested headers: not a list of header names within the limits",
      "refused (headers-malformed): answered with 403, the service is not reached",
    ],
  ],
  [
    "a shadow that agrees",
    group([policy()], [], [policy()]),
    request(),
    [
      GROUP,
      "no-origin: without an Origin header there is nothing to grant",
      `granted: ${REPLACED}`,
      "with shadow policies enforcing: granted, the same answer",
    ],
  ],
  [
    "a shadow that differs",
    group([policy()], [], [policy({ requireOrigin: true })]),
    request(),
    [
      GROUP,
      "no-origin: without an Origin header there is nothing to grant",
      `granted: ${REPLACED}`,
      "with shadow policies enforcing: refused (origin-required), a different answer",
    ],
  ],
])("%s", (_, where, asked, steps) => {
  const current = "select" in where ? where : governedBy(where);
  expect(narrate(decide(current, asked), asked)).toEqual(steps);
});
