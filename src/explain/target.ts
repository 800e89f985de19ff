import { err, ok, type Result } from "../cors/result.ts";

/** Where a request goes, as its request line and Host say it: nothing is decoded, folded or resolved. */
export type Target = {
  readonly scheme: string | undefined;
  readonly authority: string | undefined;
  /** Path and query. */
  readonly path: string;
};

const ABSOLUTE = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^#]*)/i;

// No request line can carry them (RFC 9112 section 3).
const UNSENDABLE = /[ \p{Cc}]/u;

/** Envoy sees a WebSocket handshake as the http request that it is (RFC 6455 section 4.1). */
const SCHEMES: ReadonlyMap<string, string> = new Map([
  ["http", "http"],
  ["https", "https"],
  ["ws", "http"],
  ["wss", "https"],
]);

/**
 * Splits `https://host/path?query`, or takes `/path?query` alone. Not by `new URL`, which folds `..` and `\` away
 * and decodes hosts: how an odd path is judged is just what one wants to see. A fragment is never sent and is cut.
 * The error is a phrase for people.
 */
export function splitTarget(url: string): Result<Target, string> {
  if (UNSENDABLE.test(url)) return err("holds a blank or a control character; percent-encode it");
  if (url.startsWith("/")) {
    return ok({ scheme: undefined, authority: undefined, path: cutFragment(url) });
  }
  const [, written = "", authority = "", rest = ""] = ABSOLUTE.exec(url) ?? [];
  const scheme = SCHEMES.get(written.toLowerCase());
  if (scheme === undefined || authority === "") {
    return err("write `https://api.example.com/path`, or `/path` alone");
  }
  return ok({ scheme, authority, path: rest.startsWith("/") ? rest : `/${rest}` });
}

function cutFragment(path: string): string {
  const at = path.indexOf("#");
  return at < 0 ? path : path.slice(0, at);
}
