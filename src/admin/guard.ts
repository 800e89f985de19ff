import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import { isKnownAuthority } from "./host.ts";
import type { Refusal } from "./refusal.ts";
import { type BodyRule, ROUTES, type Route } from "./routes.ts";
import type { Token } from "./token.ts";

/** Who may ask. */
export type Access = {
  /** Names for this listener besides those of loopback, as parseHostName gives them. */
  readonly hosts: ReadonlySet<string>;
  /** Opens all routes, not the open ones alone. */
  readonly token: Token | undefined;
  /** Whether a client certificate that the listener's authorities signed does so too. With neither, nobody is asked. */
  readonly takesCertificates: boolean;
};

/** A request that passed every guard, its body not read yet. */
export type Admitted = { readonly route: Route; readonly query: URLSearchParams };

/** Looks at a request's head; what it does not admit is answered with a refusal. */
export function guard(request: IncomingMessage, access: Access): Admitted | Refusal {
  const stray = hostRefusal(request, access.hosts);
  if (stray !== undefined) return stray;
  const { path, query } = splitTarget(request.url ?? "");
  const route = ROUTES.get(path);
  if (route === undefined) return { status: 404, text: "there is nothing here" };
  const { method = "" } = request;
  if (!route.methods.includes(method)) {
    const allow = route.methods.join(", ");
    return { status: 405, text: `only ${allow}`, headers: { allow } };
  }
  const locked = route.isOpen ? undefined : keyRefusal(request, access);
  if (locked !== undefined) return locked;
  const foreign = route.body === undefined ? undefined : postRefusal(request, route.body);
  return foreign ?? { route, query };
}

const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i;

/** An answer for no name, or two, could be for another server's (RFC 9112 section 3.2). */
function hostRefusal(request: IncomingMessage, hosts: Access["hosts"]): Refusal | undefined {
  const { host: [host, ...others] = [] } = request.headersDistinct;
  if (host === undefined || others.length > 0) {
    return { status: 400, text: "a request names one Host" };
  }
  // The target's authority counts where it has one (RFC 9112 section 3.2.2); neither may be a stranger's.
  const [, inTarget = host] = ABSOLUTE.exec(request.url ?? "") ?? [];
  if ([host, inTarget].every((authority) => isKnownAuthority(authority, hosts))) return undefined;
  return { status: 421, text: "this Host is not known here: name it with --admin-host" };
}

/** Path and query as they were sent: a path that would have to be decoded or resolved is none of ours. */
function splitTarget(target: string): { readonly path: string; readonly query: URLSearchParams } {
  const [, , origin = target] = ABSOLUTE.exec(target) ?? [];
  const [path = "", ...query] = origin.split("?");
  return { path: path === "" ? "/" : path, query: new URLSearchParams(query.join("?")) };
}

function keyRefusal(request: IncomingMessage, access: Access): Refusal | undefined {
  const { token, takesCertificates } = access;
  if (token === undefined && !takesCertificates) return undefined;
  if (takesCertificates && isCertified(request)) return undefined;
  if (token === undefined) return { status: 403, text: "show a client certificate" };
  if (token.opens(request.headers.authorization)) return undefined;
  const headers = { "www-authenticate": 'Bearer realm="corsd"' };
  return { status: 401, text: "send `authorization: Bearer TOKEN`", headers };
}

/**
 * Whether the client has shown a certificate that was found good. `authorized` alone has not always said so: Node 20
 * sets it for a resumed session of TLS 1.3 even where no certificate was ever shown.
 */
function isCertified({ socket }: IncomingMessage): boolean {
  return (
    socket instanceof TLSSocket &&
    socket.authorized &&
    socket.getPeerX509Certificate() !== undefined
  );
}

const OWN_SITES: ReadonlySet<string> = new Set(["same-origin", "none"]);

/**
 * A page may post across origins without asking, if the content type is that of a form (Fetch, "CORS-safelisted
 * request-header"); what it does not say of itself, its browser does.
 */
function postRefusal({ headers }: IncomingMessage, body: BodyRule): Refusal | undefined {
  const { origin, host = "" } = headers;
  const site = headers["sec-fetch-site"];
  const isOwn =
    origin === undefined || /^https?:\/\/(.*)$/.exec(origin)?.[1] === host.toLowerCase();
  if (!isOwn || (typeof site === "string" && !OWN_SITES.has(site))) {
    return { status: 403, text: "requests of other sites are not taken" };
  }
  const type = headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (type === body.type) return undefined;
  return { status: 415, text: `send \`content-type: ${body.type}\`` };
}
