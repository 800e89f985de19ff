import { ASSETS, type Asset, openAsset, PAGE } from "../console/assets.ts";
import { MAX_BODY_LENGTH, MAX_DOCUMENT_LENGTH } from "./body.ts";
import type { PolicyQuery, Site } from "./site.ts";

/** What is answered; without a type it is a line for people. */
export type Answer = {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Route = {
  readonly methods: readonly string[];
  /** Asked by who has no token: orchestrators, collectors, and a browser that has yet to ask for it. */
  readonly isOpen: boolean;
  /** Of a POST; undefined: there is none. */
  readonly body?: BodyRule;
  /** One request at a time: it takes seconds and hundreds of MiB where the document is large. */
  readonly isCostly?: boolean;
  readonly answer: (site: Site, asked: Asked) => Answer | Promise<Answer>;
};

/** Neither type is one that a foreign page may send without asking first. */
export type BodyRule = {
  readonly type: "application/json" | "application/yaml";
  /** In bytes. */
  readonly limit: number;
};

/** What a route sees of a request. */
export type Asked = {
  readonly query: URLSearchParams;
  /** Of a POST. */
  readonly body: Buffer;
  /** The Accept header; empty where there is none. */
  readonly accept: string;
  /** The If-None-Match header; empty where there is none. */
  readonly known: string;
};

const TEXT = "text/plain; charset=utf-8";
const JSON_TYPE = "application/json";
/** The text format of Prometheus (prometheus.io/docs/instrumenting/exposition_formats). */
const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

const READ = ["GET", "HEAD"];
const JSON_BODY: BodyRule = { type: "application/json", limit: MAX_BODY_LENGTH };
const DOCUMENT_BODY: BodyRule = { type: "application/yaml", limit: MAX_DOCUMENT_LENGTH };

export const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["/", { methods: READ, isOpen: true, answer: index }],
  ["/livez", { methods: READ, isOpen: true, answer: () => text(200, "alive") }],
  ["/readyz", { methods: READ, isOpen: true, answer: ready }],
  ["/metrics", { methods: READ, isOpen: true, answer: metrics }],
  ["/policy", { methods: READ, isOpen: false, answer: policy }],
  ["/origins", { methods: READ, isOpen: false, answer: origins }],
  ["/decisions", { methods: READ, isOpen: false, answer: decisions }],
  ["/refusals", { methods: READ, isOpen: false, answer: refusals }],
  ["/explain", { methods: ["POST"], isOpen: false, body: JSON_BODY, answer: explain }],
  [
    "/diff",
    { methods: ["POST"], isOpen: false, body: DOCUMENT_BODY, isCostly: true, answer: diff },
  ],
  ...ASSETS.map((asset) => [`/console/${asset.name}`, assetRoute(asset)] as const),
]);

const INDEX = `corsd

GET  /              this list; the console where a browser asks
GET  /livez         200 while the process lives
GET  /readyz        200 while Envoy can be answered, else 503 and why
GET  /metrics       for Prometheus
GET  /policy        the policy in force as JSON; ?tag=NAME for what has that tag
GET  /origins       the origins of a policy or an application
GET  /decisions     what was decided since the start
GET  /refusals      what was refused last
POST /explain       what is decided about a request described in JSON, and why
POST /diff          what a policy document in YAML would change`;

export function text(status: number, line: string): Answer {
  return { status, type: TEXT, body: `${line}\n` };
}

function json(value: object): Answer {
  return { status: 200, type: JSON_TYPE, body: `${JSON.stringify(value)}\n` };
}

/** The console for browsers, the list for everybody else. */
async function index(_: Site, asked: Asked): Promise<Answer> {
  const isForPeople = /\btext\/html\b/i.test(asked.accept);
  const answer = isForPeople ? await answerAsset(PAGE, asked) : text(200, INDEX);
  return { ...answer, headers: { ...answer.headers, vary: "accept" } };
}

function assetRoute(asset: Asset): Route {
  return { methods: READ, isOpen: true, answer: (_, asked) => answerAsset(asset, asked) };
}

/** Kept by browsers, which ask each time whether it is the same still. */
async function answerAsset(asset: Asset, { known }: Asked): Promise<Answer> {
  const { type, bytes, tag } = await openAsset(asset);
  const headers = { etag: tag, "cache-control": "no-cache" };
  if (known.includes(tag)) return { status: 304, type, body: "", headers };
  return { status: 200, type, body: bytes, headers };
}

function ready({ unready }: Site): Answer {
  const reason = unready();
  return reason === undefined ? text(200, "ready") : text(503, `not ready: ${reason}`);
}

async function metrics(site: Site): Promise<Answer> {
  return { status: 200, type: METRICS_TYPE, body: await site.metrics() };
}

async function policy(site: Site, { query }: Asked): Promise<Answer> {
  const limit = readLimit(query);
  if (limit === "wrong") return WRONG_LIMIT;
  // An empty tag is none: no policy can have it.
  const asked: PolicyQuery = { tag: query.get("tag") || undefined, limit };
  return { status: 200, type: JSON_TYPE, body: await site.policy(asked) };
}

/** Most items of a list that a query may ask for. */
export const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = 50;
const WRONG_LIMIT: Answer = text(400, `limit: write a number from 0 to ${MAX_LIMIT}`);

function readLimit(query: URLSearchParams): number | undefined | "wrong" {
  const written = query.get("limit");
  if (written === null) return undefined;
  const limit = /^[0-9]{1,4}$/.test(written) ? Number(written) : Number.NaN;
  return limit <= MAX_LIMIT ? limit : "wrong";
}

async function origins(site: Site, { query }: Asked): Promise<Answer> {
  const limit = readLimit(query);
  if (limit === "wrong") return WRONG_LIMIT;
  const [ofPolicy, ofApplication] = [query.get("policy"), query.get("application")];
  const name = ofPolicy ?? ofApplication;
  if (name === null || (ofPolicy !== null && ofApplication !== null)) {
    return text(400, "name one `policy` or one `application`");
  }
  const kind = ofPolicy === null ? "application" : "policy";
  const search = query.get("search") ?? "";
  const found = await site.origins({ kind, name, search, limit: limit ?? DEFAULT_LIMIT });
  return found === undefined ? text(404, `there is no such ${kind}`) : json(found);
}

async function decisions(site: Site): Promise<Answer> {
  return json(await site.decisions());
}

async function refusals(site: Site): Promise<Answer> {
  return json(await site.refusals());
}

async function explain(site: Site, { body }: Asked): Promise<Answer> {
  const described = parseJson(body.toString());
  if (described === undefined) return text(400, "the body is no JSON");
  const explained = await site.explain(described.json);
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

async function diff(site: Site, { body }: Asked): Promise<Answer> {
  return json(await site.diff(body));
}
