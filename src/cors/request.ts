/**
 * What is known of one HTTP request when it is decided. Header values are as received, one string a header (several
 * lines joined by a comma); undefined means the header was not there.
 */
export type Request = {
  readonly method: string;
  /** As in the request line: path and query. Empty only for a plain CONNECT. */
  readonly path: string;
  readonly scheme: string | undefined;
  readonly authority: string | undefined;
  readonly origin: string | undefined;
  /** Access-Control-Request-Method. */
  readonly requestMethod: string | undefined;
  /** Access-Control-Request-Headers. */
  readonly requestHeaders: string | undefined;
  /** Access-Control-Request-Private-Network. */
  readonly requestPrivateNetwork: string | undefined;
  readonly upgrade: string | undefined;
  readonly secFetchSite: string | undefined;
  readonly forwardedProto: string | undefined;
  /** The group that the deployment named for this request; an empty name is no name. */
  readonly group: string | undefined;
  /** Envoy's route name; undefined where no named route matched. */
  readonly route: string | undefined;
  /** As Envoy's `request.protocol` writes it; undefined where the deployment does not say. */
  readonly httpVersion: string | undefined;
};

export type RequestKind = "no-origin" | "preflight" | "websocket" | "actual";

/** The kind of a request: a CORS-preflight request by Fetch section 3.3.2, a WebSocket handshake, or another. */
export function requestKind(request: Request): RequestKind {
  if (request.origin === undefined) return "no-origin";
  if (request.method === "OPTIONS" && request.requestMethod !== undefined) return "preflight";
  return request.upgrade?.toLowerCase() === "websocket" ? "websocket" : "actual";
}
