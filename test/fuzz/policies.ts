import type { Snapshot } from "../../src/cors/snapshot.ts";
import { compileSnapshot } from "../../src/policy/compile.ts";
import { renderProblem } from "../../src/policy/problem.ts";
import { examine } from "../../src/source/examine.ts";

/** A document that hostile requests are asked under, and what it admits, said once more by hand. */
export type Sample = {
  readonly snapshot: Snapshot;
  /** Every origin that it admits anywhere matches; without `u`, `i` is about ASCII alone. */
  readonly admitted: RegExp;
  /** Whether it answers `*` to anyone. */
  readonly star: boolean;
  /** Origins that are admitted, to be almost repeated. */
  readonly origins: readonly string[];
};

const LISTED = `
policies:
  - name: web
    allowOrigins:
      - https://app.example.com
      - https://*.partner.example
      - https://ports.example:*
      - '~https://pr-[0-9]+\\.preview\\.example\\.com'
    allowMethods: [GET, PUT]
    allowHeaders: "*"
    exposeHeaders: "*"
    allowCredentials: true
    timingAllowOrigin: true
    allowPrivateNetwork: true
`;

const OPEN = `
policies:
  - name: echo
    allowOrigins: ["*"]
    allowMethods: "*"
    allowHeaders: "*"
    behavior: {anyOriginAnswer: echo, checkRequested: false, sameOrigin: check}
`;

const STAR = `
preset: envoy
policies:
  - name: star
    allowOrigins: ["*"]
    allowHeaders: [content-type, x-api-key]
    exposeHeaders: [x-total]
    maxAge: 5m
`;

const GROUPS = `
policies:
  - name: orders
    allowOrigins: [https://orders.example]
    httpVersions: [HTTP/1.1, HTTP/2]
  - name: rehearsed
    mode: shadow
    allowOrigins: [https://later.example]
  - name: files
    allowOrigins: [http://files.example:8080, "null"]
    requireOrigin: true
    webSocket: check
    preflight: continue
applications:
  - name: mobile
    origins: [https://m.example]
    apiGroups: [orders]
apiGroups:
  - name: orders
    match: [{path: /orders}, {route: orders}]
    policies: [orders, rehearsed]
  - name: files
    match: [{host: "*.files.example.com"}, {path: /orders/files}]
    policies: [files]
`;

const ANY_ORIGIN =
  /^(?:null|[a-z][a-z0-9+.-]*:\/\/(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?)$/i;

export const SAMPLES: readonly Sample[] = [
  {
    snapshot: snapshotOf(LISTED),
    admitted:
      /^https:\/\/(?:app\.example\.com(?::443)?|(?:[a-z0-9_-]+\.)+partner\.example(?::443)?|ports\.example(?::[0-9]+)?|pr-[0-9]+\.preview\.example\.com(?::443)?)$/i,
    star: false,
    origins: [
      "https://app.example.com",
      "https://app.example.com:443",
      "https://a.b.partner.example",
      "https://ports.example:8443",
      "https://pr-17.preview.example.com",
      "HTTPS://APP.example.com",
    ],
  },
  {
    snapshot: snapshotOf(OPEN),
    admitted: ANY_ORIGIN,
    star: false,
    origins: ["https://any.example", "null", "http://[::1]:8080", "app://a.b"],
  },
  {
    snapshot: snapshotOf(STAR),
    admitted: ANY_ORIGIN,
    star: true,
    origins: ["https://any.example", "null"],
  },
  {
    snapshot: snapshotOf(GROUPS),
    admitted: /^(?:https:\/\/(?:orders|m)\.example(?::443)?|http:\/\/files\.example:8080|null)$/i,
    star: false,
    origins: [
      "https://orders.example",
      "https://m.example",
      "http://files.example:8080",
      "https://later.example",
      "null",
    ],
  },
];

function snapshotOf(text: string): Snapshot {
  const files = [{ file: "policies.yaml", bytes: Buffer.from(text) }];
  const { loaded, problems } = examine({ files, problems: [], digest: "fuzz" });
  if (loaded === undefined) throw new Error(problems.map(renderProblem).join("\n"));
  return compileSnapshot(loaded.resolved, "fuzz");
}
