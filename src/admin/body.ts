import type { IncomingMessage } from "node:http";

/** Longest body in bytes: as much as Envoy takes as headers, which is what a description consists of. */
export const MAX_BODY_LENGTH = 65_536;

/** Longest document in bytes: as much as policy files may have together. */
export const MAX_DOCUMENT_LENGTH: number = 8 * 1024 * 1024;

/** The body of a request; undefined where it is longer than `limit` bytes, or does not come whole. */
export async function readBody(
  request: IncomingMessage,
  limit: number,
): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > limit) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    // Not destroyed: Node.js passes over the rest, so that the answer still reaches who is sending it.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > limit) return undefined;
    }
  } catch {
    // The peer is gone.
    return undefined;
  }
  return Buffer.concat(chunks);
}
