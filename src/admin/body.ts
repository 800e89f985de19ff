import type { IncomingMessage } from "node:http";

/** Longest body in bytes: as much as Envoy takes as headers, which is what a description consists of. */
export const MAX_BODY_LENGTH = 65_536;

/** The body of a request; undefined where it is longer than {@link MAX_BODY_LENGTH}, or does not come whole. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_LENGTH) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    // Not destroyed: Node.js passes over the rest, so that the answer still reaches who is sending it.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_BODY_LENGTH) return undefined;
    }
  } catch {
    // The peer is gone.
    return undefined;
  }
  return Buffer.concat(chunks).toString();
}
