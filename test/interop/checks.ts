/** What a script in a page got to see: `unreadable` is all that a browser says of an answer it keeps from it. */
export type Seen =
  | { readonly status: number; readonly protocol: string | null; readonly grpc: string | null }
  | "unreadable";

/** As `fetch` takes it, and whether an empty gRPC-Web message is sent along. */
export type Init = {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly credentials?: "include" | undefined;
  readonly grpcWeb?: boolean | undefined;
};

/** Something that a page tries, and what it is to see. Each runs in the browser: it may use nothing from outside. */
export type Check = {
  readonly name: string;
  readonly page: "admitted" | "foreign";
  readonly path: string;
  readonly init: Init;
  readonly expected: "unreadable" | { readonly status: number; readonly grpc?: string };
};

const GRPC_PATH = "/grpc.health.v1.Health/Check";
const GRPC: Init = {
  method: "POST",
  headers: { "content-type": "application/grpc-web+proto", "x-grpc-web": "1" },
  grpcWeb: true,
};
const PUT: Init = { method: "PUT", headers: { "x-api-key": "secret" } };

/** For every version, set-up and protocol. */
export const CHECKS: readonly Check[] = [
  {
    name: "simple request",
    page: "admitted",
    path: "/orders",
    init: { credentials: "include" },
    expected: { status: 200 },
  },
  {
    name: "simple request of a foreign page",
    page: "foreign",
    path: "/orders",
    init: {},
    expected: "unreadable",
  },
  {
    name: "request with a preflight",
    page: "admitted",
    path: "/orders",
    init: PUT,
    expected: { status: 200 },
  },
  {
    name: "preflight of a foreign page",
    page: "foreign",
    path: "/orders",
    init: PUT,
    expected: "unreadable",
  },
  {
    name: "preflight for a method that is not allowed",
    page: "admitted",
    path: "/orders",
    init: { method: "DELETE" },
    expected: "unreadable",
  },
  {
    name: "preflight for a header that is not allowed",
    page: "admitted",
    path: "/orders",
    init: { headers: { "x-other": "1" } },
    expected: "unreadable",
  },
  {
    name: "gRPC-Web call",
    page: "admitted",
    path: GRPC_PATH,
    init: GRPC,
    expected: { status: 200, grpc: "0" },
  },
  {
    name: "gRPC-Web call of a foreign page",
    page: "foreign",
    path: GRPC_PATH,
    init: GRPC,
    expected: "unreadable",
  },
];

/** Envoy's own answer where the service is not there. */
export const ERROR_CHECK: Check = {
  name: "error answer of Envoy",
  page: "admitted",
  path: "/dead",
  init: {},
  expected: { status: 503 },
};

/**
 * Runs in the page. An answer to a gRPC-Web call holds a message and then, in a frame of its own, the trailers as text
 * (PROTOCOL-WEB.md of grpc); an empty request is a frame of five zero bytes.
 */
export async function attempt([url, init]: [string, Init]): Promise<Seen> {
  const { method = "GET", headers = {}, credentials = "same-origin", grpcWeb } = init;
  const body = grpcWeb === true ? new Uint8Array(5) : null;
  try {
    const response = await fetch(url, { method, headers, credentials, body });
    const text = await response.text();
    return {
      status: response.status,
      protocol: response.headers.get("x-protocol"),
      grpc: /grpc-status: ?(\d+)/.exec(text)?.[1] ?? response.headers.get("grpc-status"),
    };
  } catch {
    return "unreadable";
  }
}
