import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { PROCESS } from "../../server/ext-proc-client.ts";
import { framed } from "../../server/grpc/http2-call.ts";

// HTTP/2 by hand (RFC 9113, RFC 7541): for what no client does, and for many streams at little cost.

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
/** Bytes in front of every frame (RFC 9113 section 4.1). */
export const HEAD_LENGTH = 9;
export const TYPE = { data: 0, headers: 1, settings: 4, ping: 6, windowUpdate: 8 } as const;
export const FLAG = { endStream: 1, endHeaders: 4 } as const;

export function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(HEAD_LENGTH);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** What a client says first: with windows so large that they never stop the server. */
export const GREETING: Buffer = Buffer.concat([
  PREFACE,
  frame(TYPE.settings, 0, 0, Buffer.from([0, 4, 0x7f, 0xff, 0xff, 0xff])),
  frame(TYPE.windowUpdate, 0, 0, Buffer.from([0x7f, 0x00, 0x00, 0x00])),
]);

/** A field that no table holds nor gets (RFC 7541 section 6.2.2); both texts shorter than 127 bytes. */
function literal(name: string, value: string): Buffer {
  return Buffer.concat([
    Buffer.of(0, name.length),
    Buffer.from(name),
    Buffer.of(value.length),
    Buffer.from(value),
  ]);
}

const FIELDS = Buffer.concat([
  literal(":method", "POST"),
  literal(":scheme", "http"),
  literal(":path", PROCESS.path),
  literal(":authority", "corsd"),
  literal("content-type", "application/grpc"),
  literal("te", "trailers"),
]);

/** The beginning of a stream on which a message is to be sent. */
export function opening(stream: number): Buffer {
  return frame(TYPE.headers, FLAG.endHeaders, stream, FIELDS);
}

/** A whole stream: its beginning, one message and, unless it is to stay open, its end. */
export function exchange(stream: number, message: Uint8Array, stays = false): Buffer {
  const flags = stays ? 0 : FLAG.endStream;
  return Buffer.concat([opening(stream), frame(TYPE.data, flags, stream, framed(message))]);
}

/** A connection to a socket file that ends with the test; what goes wrong with it is the test's business. */
export async function openSocket(path: string): Promise<Socket> {
  const socket = connect(path);
  socket.on("error", () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket;
}

/** Calls `seen` with the type and the flags of each frame that comes. */
export function readFrames(socket: Socket, seen: (type: number, flags: number) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    while (bytes.length - at >= HEAD_LENGTH) {
      const end = at + HEAD_LENGTH + bytes.readUIntBE(at, 3);
      if (end > bytes.length) break;
      seen(bytes[at + 3] as number, bytes[at + 4] as number);
      at = end;
    }
    rest = bytes.subarray(at);
  });
}
