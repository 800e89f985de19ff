import { lowerAscii } from "./ascii.ts";
import { isHost } from "./host.ts";
import { memoized } from "./memo.ts";

declare const parsed: unique symbol;

/**
 * A tuple origin (HTML, "ASCII serialisation of an origin"; RFC 6454 section 7.1) that went through
 * {@link parseOrigin}; no other code can build one. Scheme and host are in lower case.
 */
export type Origin = {
  readonly [parsed]: "Origin";
  readonly scheme: string;
  readonly host: string;
  /** Undefined stands for the scheme's default port. */
  readonly port: number | undefined;
  /** `scheme://host[:port]` with the default port left out: what comparisons use. */
  readonly canonical: string;
};

/** What an Origin header said. `null` is the opaque origin; an empty header is malformed, not absent. */
export type ReceivedOrigin =
  | { readonly kind: "absent" }
  | { readonly kind: "malformed" }
  | { readonly kind: "opaque" }
  | { readonly kind: "tuple"; readonly origin: Origin };

/** Longest Origin header looked at, in bytes: 253 of host and a port need 270; anything longer is an attack or a bug. */
export const MAX_ORIGIN_LENGTH = 512;

/** The greatest TCP port (RFC 9293 section 3.1: 16 bits). */
export const MAX_PORT = 65_535;

const ORIGIN = /^([a-z][a-z0-9+.-]*):\/\/([a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::([1-9][0-9]{0,4}))?$/;

const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([
  ["http", 80],
  ["https", 443],
  ["ws", 80],
  ["wss", 443],
]);

/** The port that a scheme leaves out when it is written, or undefined where the scheme has none. */
export function defaultPort(scheme: string): number | undefined {
  return DEFAULT_PORTS.get(scheme);
}

const ABSENT: ReceivedOrigin = { kind: "absent" };
const MALFORMED: ReceivedOrigin = { kind: "malformed" };
const OPAQUE: ReceivedOrigin = { kind: "opaque" };

/** Reads an Origin header as received (undefined: there was none). Two joined origins are malformed. */
export function readOrigin(header: string | undefined): ReceivedOrigin {
  if (header === undefined) return ABSENT;
  if (header === "null") return OPAQUE;
  const origin = parseOrigin(header);
  return origin === undefined ? MALFORMED : { kind: "tuple", origin };
}

/** One serialized tuple origin of at most {@link MAX_ORIGIN_LENGTH} bytes, in any case; undefined for all else. */
export const parseOrigin: (text: string) => Origin | undefined = memoized((text) => {
  if (text.length > MAX_ORIGIN_LENGTH) return undefined;
  const match = ORIGIN.exec(lowerAscii(text));
  if (match === null) return undefined;
  const [, scheme = "", host = "", digits] = match;
  if (!isHost(host)) return undefined;
  const written = digits === undefined ? undefined : Number(digits);
  if (written !== undefined && written > MAX_PORT) return undefined;
  const port = written === defaultPort(scheme) ? undefined : written;
  const canonical = port === undefined ? `${scheme}://${host}` : `${scheme}://${host}:${port}`;
  return { scheme, host, port, canonical } as Origin;
});
