import type { Field } from "./static-table.ts";

/** What a request says before its content. */
export type RequestHead = {
  readonly method: string;
  readonly path: string;
  /** Lines of one name joined by `, ` (RFC 9110 section 5.3). */
  readonly headers: ReadonlyMap<string, string>;
  /** Bytes of content that are announced; NaN where none are. */
  readonly contentLength: number;
};

const PSEUDO: ReadonlySet<string> = new Set([":method", ":scheme", ":authority", ":path"]);
const REQUIRED: readonly string[] = [":method", ":scheme", ":path"];
/** Headers of one connection: they mean nothing here, and are where requests are smuggled (RFC 9113 section 8.2.2). */
const OF_CONNECTIONS: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/** Names are tokens in lower case (RFC 9113 section 8.2.1). */
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
/** No line end or NUL, no blank on either side (the same section). */
const BAD_VALUE = /[\0\r\n]|^[ \t]|[ \t]$/;

/** Digits, as many as a number here holds exactly (RFC 9110 section 8.6). */
const LENGTH = /^[0-9]{1,15}$/;

/** The head of a request, or undefined where it is malformed (RFC 9113 section 8.3.1). */
export function readHead(fields: readonly Field[]): RequestHead | undefined {
  const first = fields.findIndex(([name]) => !name.startsWith(":"));
  const count = first < 0 ? fields.length : first;
  const pseudo = new Map(fields.slice(0, count));
  const isGood =
    pseudo.size === count &&
    fields.slice(0, count).every(([name, value]) => PSEUDO.has(name) && !BAD_VALUE.test(value)) &&
    REQUIRED.every((name) => pseudo.get(name));
  const rest = fields.slice(count);
  if (!isGood || !areTrailers(rest)) return undefined;
  const headers = new Map<string, string>();
  for (const [name, value] of rest) {
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  const length = headers.get("content-length");
  if (length !== undefined && !LENGTH.test(length)) return undefined;
  return {
    method: pseudo.get(":method") as string,
    path: pseudo.get(":path") as string,
    headers,
    contentLength: Number(length),
  };
}

/** True where these fields may stand at the end of a request: as among its headers, but no others. */
export function areTrailers(fields: readonly Field[]): boolean {
  return fields.every(([name, value]) => isAllowed(name, value) && !BAD_VALUE.test(value));
}

function isAllowed(name: string, value: string): boolean {
  if (name === "te") return value === "trailers";
  return NAME.test(name) && !OF_CONNECTIONS.has(name);
}
