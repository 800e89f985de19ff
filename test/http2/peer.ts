import { Connection, type Surroundings } from "../../src/http2/connection.ts";
import { encodeFields } from "../../src/http2/field-encoder.ts";
import type { Stream, StreamHandler } from "../../src/http2/stream.ts";
import { type Frame, framesOf, HELLO, inWords } from "./frames.ts";

export const HEAD: Uint8Array = encodeFields([[":status", "200"]]);
export const TRAILERS: Uint8Array = encodeFields([["grpc-status", "0"]]);

/** What a test does with a stream when something comes. */
export type Reaction = {
  readonly open?: (stream: Stream) => void;
  readonly data?: (stream: Stream, bytes: Uint8Array) => void;
  readonly ended?: (stream: Stream) => void;
};

/** The other side of a connection, in memory. */
export class Peer {
  readonly connection: Connection;
  readonly streams: Map<number, Stream> = new Map();
  /** What handlers and transport were told, in words. */
  readonly told: string[] = [];
  #output: Uint8Array[] = [];

  constructor(reaction: Reaction = {}, allowsReset: Surroundings["allowsReset"] = () => true) {
    this.connection = new Connection({
      send: (bytes) => this.#output.push(bytes),
      open: (stream, head) => {
        this.streams.set(stream.id, stream);
        this.told.push(`${stream.id} ${head.method} ${head.path}`);
        reaction.open?.(stream);
        return this.#handler(stream, reaction);
      },
      allowsReset,
      over: () => this.told.push("over"),
    });
  }

  /** One that has said hello, and read what came back. */
  static greeted(reaction?: Reaction, allowsReset?: Surroundings["allowsReset"]): Peer {
    const peer = new Peer(reaction, allowsReset);
    peer.connection.greet();
    peer.say(HELLO);
    return peer;
  }

  /** Sends all of it at once; what comes back, in words. */
  say(...bytes: readonly Uint8Array[]): string[] {
    this.connection.receive(Buffer.concat(bytes));
    return this.heard();
  }

  /** What came since the last time, in words. */
  heard(): string[] {
    return this.frames().map(inWords);
  }

  frames(): Frame[] {
    const bytes = Buffer.concat(this.#output);
    this.#output = [];
    return framesOf(bytes);
  }

  stream(id: number): Stream {
    const stream = this.streams.get(id);
    if (stream === undefined) throw new Error(`stream ${id} was not opened`);
    return stream;
  }

  #handler(stream: Stream, reaction: Reaction): StreamHandler {
    const { id } = stream;
    return {
      data: (bytes) => {
        this.told.push(`${id} data ${Buffer.from(bytes).toString("latin1").slice(0, 20)}`);
        reaction.data?.(stream, bytes);
      },
      ended: () => {
        this.told.push(`${id} ended`);
        reaction.ended?.(stream);
      },
      closed: () => this.told.push(`${id} closed`),
    };
  }
}

/** Answers with so many bytes. */
export function answer(stream: Stream, length: number): void {
  stream.respond(HEAD);
  stream.send(Buffer.alloc(length));
  stream.end(TRAILERS);
}
