import { printable } from "../../policy/quote.ts";

/** Longest piece of an Origin header that is logged, in characters: a real one rarely has 100. */
const MAX_LOGGED = 256;
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
/** What ends an authority (WHATWG URL, authority state); an origin has nothing behind it. */
const END = /[/?#\\]/;
/** Stands for what is not logged. No header brings it: their characters are bytes. */
const LEFT_OUT = "…";

/**
 * An Origin header for a log line. It is what a client sent, and may be anything: a URL with a password or a token in
 * it, too. So only what an origin can consist of is shown, scheme, host and port; user, path and query are left out.
 */
export function loggableOrigin(origin: string): string {
  const [scheme = ""] = SCHEME.exec(origin) ?? [];
  const rest = origin.slice(scheme.length);
  const end = rest.search(END);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const user = authority.lastIndexOf("@");
  const place = user < 0 ? authority : `${LEFT_OUT}${authority.slice(user)}`;
  const shown = `${scheme}${place}${end < 0 ? "" : LEFT_OUT}`;
  // JSON leaves C1 control characters, which a terminal obeys, as they are.
  return printable(shown.slice(0, MAX_LOGGED));
}
