import type { Received } from "./envelope.ts";
import { readHeader } from "./headers.ts";

/** Which span of which trace a request belongs to (W3C Trace Context section 3.2). */
export type TraceContext = {
  /** 32 hexadecimal digits in lower case, not all of them 0. */
  readonly traceId: string;
  /** 16 of them: the span that sent the request. */
  readonly spanId: string;
  /** Two of them: eight bits, of which the lowest says that the trace is recorded. */
  readonly flags: string;
};

/** The header, by its name as it arrives. */
const TRACEPARENT = "traceparent";

/** version-traceid-parentid-traceflags; a version to come may say more behind another hyphen (section 3.2.4). */
const SHAPE = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/;
/** The only version yet; it says no more than that. */
const VERSION = "00";
const VERSION_LENGTH = 55;
const NO_VERSION = "ff";
const NO_TRACE = "0".repeat(32);
const NO_SPAN = "0".repeat(16);

/** The trace context of a request; undefined where it has none that is valid. */
export function readTraceContext(received: Received): TraceContext | undefined {
  const text = readHeader(received, TRACEPARENT);
  return text === undefined ? undefined : parseTraceparent(text);
}

/** Reads the value of a `traceparent` header; undefined where it is none. */
export function parseTraceparent(text: string): TraceContext | undefined {
  if (!SHAPE.test(text)) return undefined;
  const version = text.slice(0, 2);
  if (version === NO_VERSION) return undefined;
  if (version === VERSION && text.length !== VERSION_LENGTH) return undefined;
  const traceId = text.slice(3, 35);
  const spanId = text.slice(36, 52);
  if (traceId === NO_TRACE || spanId === NO_SPAN) return undefined;
  return { traceId, spanId, flags: text.slice(53, VERSION_LENGTH) };
}
