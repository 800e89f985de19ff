import { type Received, readEnvelope } from "../../src/extproc/envelope.ts";
import { headers, PROCESS, type TestHeader } from "../server/ext-proc-client.ts";

/** A `request_headers` message with these headers, as it is while it is looked at. */
export function received(lines: readonly TestHeader[] = []): Received {
  const envelope = readEnvelope(PROCESS.requestSerialize({ request_headers: headers(lines) }));
  if (envelope === undefined) throw new Error("protobufjs wrote what is no message");
  return envelope;
}
