import type { Site } from "./site.ts";

/** What is answered; without a type it is a line for people. */
export type Answer = {
  readonly status: number;
  readonly type: string;
  readonly body: string;
};

export type Route = {
  readonly methods: readonly string[];
  /** Asked by orchestrators and collectors, which have no token. */
  readonly isOpen: boolean;
  readonly answer: (site: Site, asked: Asked) => Answer | Promise<Answer>;
};

/** What a route sees of a request. */
export type Asked = {
  readonly query: URLSearchParams;
  /** Of a POST. */
  readonly body: string;
};

const TEXT = "text/plain; charset=utf-8";
const JSON_TYPE = "application/json";
/** The text format of Prometheus (prometheus.io/docs/instrumenting/exposition_formats). */
const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

const READ = ["GET", "HEAD"];

export const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["/", { methods: READ, isOpen: false, answer: () => text(200, INDEX) }],
  ["/livez", { methods: READ, isOpen: true, answer: () => text(200, "alive") }],
  ["/readyz", { methods: READ, isOpen: true, answer: ready }],
  ["/metrics", { methods: READ, isOpen: true, answer: metrics }],
  ["/policy", { methods: READ, isOpen: false, answer: policy }],
  ["/explain", { methods: ["POST"], isOpen: false, answer: explain }],
]);

const INDEX = `corsd

GET  /livez         200 while the process lives
GET  /readyz        200 while Envoy can be answered, else 503 and why
GET  /metrics       for Prometheus
GET  /policy        the policy in force as JSON; ?tag=NAME for what has that tag
POST /explain       what is decided about a request described in JSON, and why`;

export function text(status: number, line: string): Answer {
  return { status, type: TEXT, body: `${line}\n` };
}

function ready({ unready }: Site): Answer {
  const reason = unready();
  return reason === undefined ? text(200, "ready") : text(503, `not ready: ${reason}`);
}

async function metrics(site: Site): Promise<Answer> {
  return { status: 200, type: METRICS_TYPE, body: await site.metrics() };
}

async function policy(site: Site, { query }: Asked): Promise<Answer> {
  // An empty tag is none: no policy can have it.
  const tag = query.get("tag") || undefined;
  return { status: 200, type: JSON_TYPE, body: await site.policy(tag) };
}

function explain(site: Site, { body }: Asked): Answer {
  const described = parseJson(body);
  if (described === undefined) return text(400, "the body is no JSON");
  const explained = site.explain(described.json);
  if (!explained.ok) return text(400, explained.error);
  return { status: 200, type: JSON_TYPE, body: `${JSON.stringify(explained.value, null, 2)}\n` };
}

function parseJson(body: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(body) };
  } catch {
    return undefined;
  }
}
