import {
  metadataStrings,
  PROCESS,
  type ProcessingResponse,
  setHeaders,
  type TestHeader,
} from "../server/ext-proc-client.ts";
import { ensure, ensureMatch, ensureSame } from "./ensure.ts";
import type { Sample } from "./policies.ts";

/** Visible ASCII, and single blanks between it: what no one on the way reads in another way. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

/** What an answer of ours, as protobufjs reads it, does to the headers that a client sees. */
export type Sent = {
  readonly answer: ProcessingResponse;
  readonly set: readonly TestHeader[];
  readonly removed: readonly string[];
};

export function sentBy(bytes: Uint8Array): Sent {
  const answer = PROCESS.responseDeserialize(Buffer.from(bytes)) as ProcessingResponse;
  const { immediate_response: immediate } = answer;
  const mutation = immediate?.headers ?? answer.response_headers?.response?.header_mutation;
  const printed = Object.entries(metadataStrings(answer, "cors")).map(
    ([key, value = ""]): TestHeader => [printedName(key), value],
  );
  return {
    answer,
    set: [...setHeaders(mutation), ...printed],
    removed: mutation?.remove_headers ?? [],
  };
}

/** The header that the request-only configuration prints by this key. */
function printedName(key: string): string {
  const name = key.replaceAll("_", "-");
  return name === "vary" || name === "timing-allow-origin" ? name : `access-control-${name}`;
}

/** Whatever was received: what goes out is harmless, and nobody is allowed whom the document does not admit. */
export function assertHarmless({ answer, set, removed }: Sent, { admitted, star }: Sample): void {
  for (const [name, value] of set) {
    ensureMatch(name, NAME, "a name");
    ensureMatch(value, PLAIN, "a value");
  }
  // As the service wrote it: Envoy has names in lower case, others may not.
  for (const name of removed) ensureMatch(name.toLowerCase(), NAME, "a name");
  ensureMatch(answer.immediate_response?.details ?? "-", PLAIN, "details");
  ensureMatch(answer.immediate_response?.body?.toString("latin1") || "-", PLAIN, "a body");
  const names = set.map(([name]) => name);
  ensure(new Set(names).size === names.length, "a header is set twice");
  const allowed = set.find(([name]) => name === "access-control-allow-origin")?.[1];
  if (allowed === undefined) {
    const allows = names.filter((name) => name.startsWith("access-control-allow-"));
    ensureSame(allows, [], "something is allowed to nobody");
  } else if (allowed !== "*") {
    ensureMatch(allowed, admitted, "an origin is allowed that is not admitted");
  } else {
    ensure(star, "anyone is allowed");
    ensure(!names.includes("access-control-allow-credentials"), "anyone, with credentials");
  }
}

/** The origin that is allowed, if any is. */
export function allowedBy({ set }: Sent): string | undefined {
  return set.find(([name]) => name === "access-control-allow-origin")?.[1];
}
