import type { ServerHttp2Stream } from "node:http2";
import { type FrameFault, FrameReader, frame } from "./grpc-frames.ts";
import { OK_STATUS, type StatusHeaders, type StatusName, statusHeaders } from "./grpc-status.ts";

/** What a method does with its stream. */
export type Call = {
  /** Takes the next message, whose bytes are valid until it returns. */
  receive(message: Buffer): void;
  /** The peer has sent its last message. */
  peerEnded(): void;
  /** The stream ends by itself: what came is no message, or it came too late. */
  failed(cause: FrameFault["kind"] | "deadline"): void;
  /** The stream ends by itself: it threw, a bug of ours. */
  broke(error: unknown): void;
  /** The stream is over, however it ended. */
  closed(): void;
};

/** As lists, headers cost a tenth less of the whole stream than as an object. Node.js may add to it. */
function responseHeaders(): string[] {
  return [":status", "200", "content-type", "application/grpc"];
}

/** `sendDate` is in no documentation, but saves a header that nobody reads. */
const WITH_TRAILERS = { waitForTrailers: true, sendDate: false };
const WITHOUT_MESSAGES = { endStream: true };

/** Longest time that a timer takes, in milliseconds: 24 days (`setTimeout`). */
const MAX_TIMEOUT = 2 ** 31 - 1;

/** Where a stream finds its {@link GrpcStream}, so that all streams share their listeners. */
const GRPC: unique symbol = Symbol("gRPC");
type Carrier = ServerHttp2Stream & { [GRPC]?: GrpcStream | undefined };

/**
 * The server's side of one gRPC stream: messages come in; messages and then one status go out.
 *
 * Node.js keeps streams that are over alive for a while: the hash table of a session's streams, whenever it is made
 * anew, leaves the old one to the next full garbage collection, with all streams that were open. So what hangs on a
 * stream is let go of when it closes.
 */
export class GrpcStream {
  readonly #stream: Carrier;
  readonly #frames: FrameReader = new FrameReader();
  #call: Call | undefined;
  #responded = false;
  #ended = false;
  #status: StatusHeaders = OK_STATUS;
  #deadline: NodeJS.Timeout | undefined;

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream;
    // A stream that the peer resets is nothing to report: Envoy ends each that way.
    stream.on("error", ignore);
  }

  /** Lets a method serve the stream, for so many milliseconds. */
  serve(call: Call, timeout: number): void {
    this.#call = call;
    const stream = this.#stream;
    stream[GRPC] = this;
    stream.on("data", onData);
    stream.on("end", onEnd);
    stream.on("close", onClose);
    if (timeout > MAX_TIMEOUT) return;
    this.#deadline = setTimeout(() => {
      this.#giveUp("deadline", "DEADLINE_EXCEEDED", "deadline exceeded");
    }, timeout);
  }

  /** Sends a message. */
  write(message: Uint8Array): void {
    if (!this.#isOpen()) return;
    // Who does not read the answers is not read either.
    if (!this.#stream.write(frame(message))) this.#pause();
  }

  /** Sends the last message, and status OK. */
  finish(message: Uint8Array): void {
    if (!this.#isOpen()) return;
    this.#ended = true;
    this.#stream.end(frame(message));
  }

  /** Ends with this status; nothing where the stream has ended. */
  end(status: StatusName, message: string): void {
    if (this.#ended || isOver(this.#stream)) return;
    this.#ended = true;
    const headers = statusHeaders(status, message);
    if (this.#responded) {
      this.#status = headers;
      this.#stream.end();
    } else {
      refuse(this.#stream, { ":status": 200, "content-type": "application/grpc", ...headers });
    }
  }

  /** True where a message can be sent; the headers are out then. */
  #isOpen(): boolean {
    const stream = this.#stream;
    if (this.#ended || isOver(stream)) return false;
    if (this.#responded) return true;
    this.#responded = true;
    stream.respond(responseHeaders(), WITH_TRAILERS);
    stream.on("wantTrailers", onWantTrailers);
    return true;
  }

  /** For the listeners of all streams: a chunk has come. */
  received(chunk: Buffer): void {
    if (this.#ended) return;
    const frames = this.#frames;
    frames.push(chunk);
    for (let message = frames.next(); message !== undefined; message = frames.next()) {
      this.#hand(message);
      if (this.#ended) return;
    }
    const { fault } = frames;
    if (fault !== undefined) this.#giveUp(fault.kind, fault.status, fault.message);
  }

  /** For the listeners: no more chunks come. */
  peerEnded(): void {
    if (this.#ended) return;
    if (!this.#frames.isOpen) this.#hand(undefined);
    else this.#giveUp("malformed", "INTERNAL", "the stream ended within a message");
  }

  /** Hands on a message, or that there are no more. The one place where a bug is caught. */
  #hand(message: Buffer | undefined): void {
    try {
      if (message === undefined) this.#call?.peerEnded();
      else this.#call?.receive(message);
    } catch (error) {
      this.#call?.broke(error);
      this.end("INTERNAL", "internal error");
    }
  }

  #giveUp(cause: FrameFault["kind"] | "deadline", status: StatusName, message: string): void {
    if (this.#ended) return;
    this.#call?.failed(cause);
    this.end(status, message);
  }

  /** For the listeners: everything is out but the trailers. */
  sendStatus(): void {
    this.#stream.sendTrailers(this.#status);
    // Node.js sends the trailers in the same way; without it the close would overtake them.
    setImmediate(close, this.#stream);
  }

  /** For the listeners: the stream is over. */
  closed(): void {
    clearTimeout(this.#deadline);
    this.#ended = true;
    this.#stream[GRPC] = undefined;
    this.#call?.closed();
    this.#call = undefined;
  }

  #pause(): void {
    const stream = this.#stream;
    if (stream.isPaused()) return;
    stream.pause();
    stream.once("drain", resume);
  }
}

function onData(this: Carrier, chunk: Buffer): void {
  this[GRPC]?.received(chunk);
}

function onEnd(this: Carrier): void {
  this[GRPC]?.peerEnded();
}

function onWantTrailers(this: Carrier): void {
  this[GRPC]?.sendStatus();
}

function onClose(this: Carrier): void {
  this[GRPC]?.closed();
}

/** Answers by headers alone and closes the stream, whatever the peer still sends. */
export function refuse(
  stream: ServerHttp2Stream,
  headers: Readonly<Record<string, string | number>>,
): void {
  stream.respond(headers, WITHOUT_MESSAGES);
  close(stream);
}

/** True where nothing can be sent any more: a stream may be over before anybody is told. */
export function isOver(stream: ServerHttp2Stream): boolean {
  return stream.destroyed || stream.closed;
}

/** Whoever has the status needs nothing more; an open stream would take memory until the peer ends it. */
function close(stream: ServerHttp2Stream): void {
  stream.close();
}

function resume(this: ServerHttp2Stream): void {
  this.resume();
}

function ignore(): void {}
