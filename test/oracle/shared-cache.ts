import type { View } from "./model/client-view.ts";
import type { ModelRequest } from "./model/request.ts";

/** The fields of a request that a Vary can name. */
const FIELDS: { readonly [name: string]: keyof ModelRequest } = {
  origin: "origin",
  "access-control-request-method": "requestMethod",
  "access-control-request-headers": "requestHeaders",
  "access-control-request-private-network": "requestPrivateNetwork",
};

type Stored = { readonly request: ModelRequest; readonly view: View };

/**
 * A shared cache by RFC 9111 that takes whatever it may: an answer without `no-store` is stored for good, and serves
 * every request of the same method and URL whose fields are the same that its Vary names (section 4.1). It stores
 * answers to OPTIONS too, which no cache may: so the answers to preflights are held to the same.
 */
export class SharedCache {
  readonly #stored: Stored[] = [];

  find(request: ModelRequest): View | undefined {
    return this.#stored.find((stored) => serves(stored, request))?.view;
  }

  store(request: ModelRequest, view: View): void {
    const isForbidden = view.headers.some(
      ([name, value]) => name === "cache-control" && value.includes("no-store"),
    );
    if (!isForbidden) this.#stored.push({ request, view });
  }
}

function serves({ request: first, view }: Stored, request: ModelRequest): boolean {
  const keys = ["method", "scheme", "authority", "path"] as const;
  return (
    keys.every((key) => first[key] === request[key]) &&
    view.vary.every((name) => isSame(name.toLowerCase(), first, request))
  );
}

/** `*` never matches. */
function isSame(name: string, one: ModelRequest, other: ModelRequest): boolean {
  if (name === "*") return false;
  const field = FIELDS[name];
  return field === undefined || one[field] === other[field];
}
