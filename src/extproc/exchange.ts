import { decide } from "../cors/decide.ts";
import type { Decision, Decorate, Respond } from "../cors/decision.ts";
import { immediateHeaders, metadataEntries, responseEdits } from "../cors/edits.ts";
import type { Request } from "../cors/request.ts";
import type { Snapshot } from "../cors/snapshot.ts";
import { CONTINUE, writeImmediate, writeMetadata, writeResponseEdits } from "./encode.ts";
import { type Envelope, type Received, readEnvelope } from "./envelope.ts";
import { type RequestHeaders, readRequestHeaders, readResponseHeaders } from "./headers.ts";
import { type MessageName, PROTOCOL, ROUTE_NAME } from "./wire.ts";

/** What the deployment says of an exchange by gRPC metadata, which no HTTP client can forge. */
export type Deployment = {
  /** `x-corsd-group`: the group that the route names. */
  readonly group: string | undefined;
  /** `x-corsd-mode`: absent or empty for the full set-up, or `request-only`. */
  readonly mode: string | undefined;
};

/** What is to be done after a message. Nothing more is to be received after an end or a failure. */
export type Step =
  | {
      readonly kind: "reply";
      readonly bytes: Uint8Array;
      readonly end: boolean;
      readonly events: Events;
    }
  /** Envoy only observes: it wants no answer. */
  | { readonly kind: "silence"; readonly events: Events }
  /** The stream ends with this gRPC status; what becomes of the HTTP request is up to Envoy's failure mode. */
  | {
      readonly kind: "failure";
      readonly code: FailureCode;
      readonly message: string;
      readonly events: Events;
    };

/** INTERNAL: the deployment is broken. INVALID_ARGUMENT: the peer does not speak the protocol. */
export type FailureCode = "INTERNAL" | "INVALID_ARGUMENT";

export type Events = readonly ExchangeEvent[];

/** What happened, for those who count and log. */
export type ExchangeEvent =
  | Decided
  /** A message that the processing mode should not send, out of order, empty, or not a message at all. */
  | { readonly kind: "unexpected"; readonly message: MessageName | "empty" | "malformed" }
  /** The deployment does not tell what the document needs. */
  | { readonly kind: "missing"; readonly attribute: Needed }
  /** Request-only: the names that `exposeHeaders: "*"` with credentials stands for cannot be known. */
  | { readonly kind: "unlisted-exposure" };

export type Decided = {
  readonly kind: "decided";
  readonly decision: Decision;
  readonly origin: string | undefined;
  /** False in observability mode: nothing was done with the decision. */
  readonly applied: boolean;
  /** The request as it came, for who has to say more of it: most never do. Its bytes are soon others. */
  readonly received: Received;
};

/** `x-corsd-mode` counts here too: a value that nobody knows leaves the set-up unknown. */
export type Needed = ":method" | ":path" | typeof ROUTE_NAME | typeof PROTOCOL | "x-corsd-mode";

const NO_EVENTS: Events = [];
/** The dynamic metadata namespace that the request-only configuration prints headers from. */
const NAMESPACE = "cors";

/** One HTTP exchange, from the first message of its stream to the last. It ends under the snapshot it began with. */
export class Exchange {
  readonly #snapshot: () => Snapshot;
  readonly #deployment: Deployment;
  #decided = false;
  /** What the response gets, once it comes. */
  #pending: Decorate | undefined;

  constructor(snapshot: () => Snapshot, deployment: Deployment) {
    this.#snapshot = snapshot;
    this.#deployment = deployment;
  }

  /** Takes the next message as it came. */
  receive(bytes: Uint8Array): Step {
    const envelope = readEnvelope(bytes);
    if (envelope === undefined) return violation("malformed", "malformed message");
    switch (envelope.message) {
      case undefined:
        return violation("empty", "no message that is known");
      case "request_headers":
        return this.#receiveRequest(envelope);
      case "response_headers":
        return this.#receiveResponse(envelope);
      default:
        return unasked(envelope, envelope.message);
    }
  }

  #receiveRequest(envelope: Envelope): Step {
    if (this.#decided) return violation("request_headers", "second request_headers");
    const { group, mode } = this.#deployment;
    if (mode !== undefined && mode !== "" && mode !== "request-only")
      return missing("x-corsd-mode");
    const headers = readRequestHeaders(envelope);
    if (headers === undefined) return violation("malformed", "malformed request_headers");
    const snapshot = this.#snapshot();
    const lacking = lackingIn(snapshot.needs, envelope, headers);
    if (lacking !== undefined) return missing(lacking);
    this.#decided = true;
    const decision = decide(snapshot, asRequest(headers, envelope, group));
    const applied = !envelope.observed;
    const { origin } = headers;
    const decided: Decided = { kind: "decided", decision, origin, applied, received: envelope };
    return applied ? this.#apply(decided) : { kind: "silence", events: [decided] };
  }

  #apply(decided: Decided): Step {
    const { action } = decided.decision;
    switch (action.kind) {
      case "pass":
        return last(CONTINUE.request_headers, [decided]);
      case "respond":
        return last(immediate(action, decided.decision), [decided]);
      case "decorate": {
        if (this.#deployment.mode === "request-only") return describe(action, decided);
        this.#pending = action;
        return { kind: "reply", bytes: CONTINUE.request_headers, end: false, events: [decided] };
      }
    }
  }

  #receiveResponse(envelope: Envelope): Step {
    if (envelope.observed) return { kind: "silence", events: NO_EVENTS };
    const action = this.#pending;
    if (action === undefined) {
      // An earlier filter answered before this one saw the request: there is nothing to say about it.
      if (!this.#decided) return last(CONTINUE.response_headers, NO_EVENTS);
      return violation("response_headers", "response_headers after the last answer");
    }
    const received = readResponseHeaders(envelope, action.exposeReceived);
    if (received === undefined) return violation("malformed", "malformed response_headers");
    this.#pending = undefined;
    return last(writeResponseEdits(responseEdits(action, received)), NO_EVENTS);
  }
}

/** A body or trailers: the processing mode should not send them, but one wrong answer would fail the exchange. */
function unasked({ observed }: Envelope, message: MessageName): Step {
  const events: Events = [{ kind: "unexpected", message }];
  if (observed) return { kind: "silence", events };
  return { kind: "reply", bytes: CONTINUE[message], end: false, events };
}

/** An answer after which Envoy sends no further message: ending the stream saves it the second round trip. */
function last(bytes: Uint8Array, events: Events): Step {
  return { kind: "reply", bytes, end: true, events };
}

function violation(message: MessageName | "empty" | "malformed", text: string): Step {
  const events: Events = [{ kind: "unexpected", message }];
  return { kind: "failure", code: "INVALID_ARGUMENT", message: text, events };
}

function missing(attribute: Needed): Step {
  const message =
    attribute === "x-corsd-mode"
      ? "x-corsd-mode is neither absent nor `request-only`"
      : `the deployment does not send ${attribute}, which the policy document needs`;
  return { kind: "failure", code: "INTERNAL", message, events: [{ kind: "missing", attribute }] };
}

function immediate(action: Respond, { reason }: Decision): Uint8Array {
  const { status, body } = action;
  const details = `corsd_${reason ?? "preflight"}`;
  return writeImmediate({
    status,
    headers: immediateHeaders(action),
    body,
    details,
  });
}

/** Request-only: Envoy prints the headers on whatever answer there will be. */
function describe(action: Decorate, decided: Decided): Step {
  const events: Events = action.exposeReceived
    ? [decided, { kind: "unlisted-exposure" }]
    : [decided];
  return last(writeMetadata(NAMESPACE, metadataEntries(action)), events);
}

/** The first thing that a decision under this document cannot do without and that is not there. */
function lackingIn(
  needs: Snapshot["needs"],
  { attributes }: Envelope,
  headers: RequestHeaders,
): Needed | undefined {
  if (headers[":method"] === "") return ":method";
  // Only a plain CONNECT has no path (RFC 9113 section 8.5).
  if (headers[":path"] === "" && headers[":method"] !== "CONNECT") return ":path";
  // Attributes without a route name say that no route matched; no attributes at all say nothing.
  if (needs.route && attributes === undefined) return ROUTE_NAME;
  if (needs.httpVersion && attributes?.protocol === undefined) return PROTOCOL;
  return undefined;
}

function asRequest(
  headers: RequestHeaders,
  { attributes }: Envelope,
  group: string | undefined,
): Request {
  return {
    method: headers[":method"],
    path: headers[":path"],
    scheme: headers[":scheme"],
    authority: headers[":authority"],
    origin: headers.origin,
    requestMethod: headers["access-control-request-method"],
    requestHeaders: headers["access-control-request-headers"],
    requestPrivateNetwork: headers["access-control-request-private-network"],
    upgrade: headers.upgrade,
    secFetchSite: headers["sec-fetch-site"],
    forwardedProto: headers["x-forwarded-proto"],
    group,
    // A route without a name arrives as an empty one.
    route: attributes?.route === "" ? undefined : attributes?.route,
    httpVersion: attributes?.protocol,
  };
}
