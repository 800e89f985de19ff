import type { CaseRequest, Line, ServiceResponse, Setup } from "./case.ts";

// What Envoy does to headers on their way to an ext_proc service and back, as far as the cases need it. The level of
// the real Envoy shows that this model is right: the same cases pass there.

/** Names whose lines Envoy joins into one value, because they are inline headers of its header map. */
const JOINED_IN_REQUESTS: ReadonlySet<string> = new Set([
  "origin",
  "access-control-request-method",
  "access-control-request-headers",
]);
const JOINED_IN_RESPONSES: ReadonlySet<string> = new Set(["vary", "access-control-allow-origin"]);

/** `forward_rules.allowed_headers` of the full and the request-only configuration. */
const FORWARDED: ReadonlySet<string> = new Set([
  ":method",
  ":path",
  ":authority",
  ":scheme",
  ":status",
  "origin",
  "upgrade",
  "vary",
  "timing-allow-origin",
  "sec-fetch-site",
  "x-forwarded-proto",
  "traceparent",
]);
/** `forward_rules.disallowed_headers` of a configuration that lists the names of all response headers. */
const WITHHELD: ReadonlySet<string> = new Set([
  "cookie",
  "authorization",
  "proxy-authorization",
  "set-cookie",
]);

/** The eight headers that the routes of the request-only configuration remove, and print by these metadata keys. */
const PRINTED: readonly (readonly [header: string, key: string])[] = [
  ["access-control-allow-origin", "allow_origin"],
  ["access-control-allow-credentials", "allow_credentials"],
  ["access-control-allow-methods", "allow_methods"],
  ["access-control-allow-headers", "allow_headers"],
  ["access-control-max-age", "max_age"],
  ["access-control-expose-headers", "expose_headers"],
  ["access-control-allow-private-network", "allow_private_network"],
  ["timing-allow-origin", "timing_allow_origin"],
];

/** The two sides of an exchange. */
type Exchanged = { readonly request: CaseRequest; readonly response: ServiceResponse };

export const DEFAULT_AUTHORITY = "api.example.com";

/** The headers of a `request_headers` message. */
export function requestMessage(request: CaseRequest, setup: Setup): readonly Line[] {
  const authority = request.authority === undefined ? DEFAULT_AUTHORITY : request.authority;
  const pseudo: Line[] = [
    [":method", request.method],
    [":path", request.path],
    [":scheme", request.scheme ?? "http"],
  ];
  if (authority !== null) pseudo.push([":authority", authority]);
  return forwarded([...pseudo, ...received(request.headers, JOINED_IN_REQUESTS)], setup);
}

/** The service's response as the filters see it. */
export function responseLines(given: Exchanged): readonly Line[] {
  const { response } = given;
  const lines: Line[] = [
    [":status", String(response.status)],
    ...received(response.headers, JOINED_IN_RESPONSES),
  ];
  const length = lengthOf(response);
  if (length !== undefined) lines.push(["content-length", String(length)]);
  return lines;
}

/** The headers of a `response_headers` message. */
export function responseMessage(lines: readonly Line[], setup: Setup): readonly Line[] {
  return forwarded(lines, setup);
}

/** The body of the service's answer as the client reads it. */
export function bodyOf({ request, response }: Exchanged): string {
  return request.method === "HEAD" || lengthOf(response) === undefined ? "" : textOf(response);
}

/** The `content-length` of the service's answer; undefined where HTTP allows none. */
export function lengthOf(response: ServiceResponse): number | undefined {
  const { status } = response;
  return status === 101 || status === 204 || status === 304 ? undefined : textOf(response).length;
}

function textOf({ body = "service" }: ServiceResponse): string {
  return body;
}

/** Applies a header mutation: removals first; a set without append replaces every line of its name. */
export function mutate(
  lines: readonly Line[],
  mutation: { readonly set: readonly Line[]; readonly remove: readonly string[] },
): readonly Line[] {
  let left = lines.filter(([name]) => !mutation.remove.includes(name));
  for (const [name, value] of mutation.set) {
    left = [...left.filter(([other]) => other !== name), [name, value]];
  }
  return left;
}

/** What the routes of the request-only configuration do to a response, given the dynamic metadata. */
export function print(
  lines: readonly Line[],
  metadata: { readonly [key: string]: string | undefined },
): readonly Line[] {
  const kept = lines.filter(([name]) => PRINTED.every(([header]) => header !== name));
  const printed = PRINTED.flatMap(([header, key]) => line(header, metadata[key]));
  const { vary } = metadata;
  return [...kept, ...printed, ...line("vary", vary)];
}

function line(name: string, value: string | undefined): Line[] {
  return value === undefined ? [] : [[name, value]];
}

/** Lower-case names, values without blanks around them, the lines of some names joined and empty ones dropped. */
function received(lines: readonly Line[], joined: ReadonlySet<string>): readonly Line[] {
  const result: Line[] = [];
  const places = new Map<string, number>();
  for (const [written, text] of lines) {
    const name = written.toLowerCase();
    const value = text.replace(/^[ \t]+|[ \t]+$/g, "");
    const place = joined.has(name) ? places.get(name) : undefined;
    if (place === undefined) {
      places.set(name, result.push([name, value]) - 1);
    } else {
      const values = [result[place]?.[1] ?? "", value].filter((part) => part !== "");
      result[place] = [name, values.join(",")];
    }
  }
  return result;
}

function forwarded(lines: readonly Line[], setup: Setup): readonly Line[] {
  if (setup === "full-all-headers") return lines.filter(([name]) => !WITHHELD.has(name));
  return lines.filter(([name]) => FORWARDED.has(name) || name.startsWith("access-control-"));
}
