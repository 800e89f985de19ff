import { ERROR, type ErrorCode } from "./error-code.ts";
import { FLAG, FRAME, MAX_PAYLOAD } from "./frame.ts";
import type { FrameWriter } from "./frame-writer.ts";
import type { ReceiveWindow } from "./receive-window.ts";

/** Who serves a stream is told what comes. */
export type StreamHandler = {
  /** Content, in pieces of any length, valid until this returns. */
  data(bytes: Uint8Array): void;
  /** The peer has said everything. */
  ended(): void;
  /** The stream is over, however it ended; said once, and last. */
  closed(): void;
};

/** What a stream needs of its connection. */
export type StreamOwner = {
  readonly writer: FrameWriter;
  /** Bytes that the peer takes on all streams together. */
  sendWindow: number;
  /** Called after something was written: it goes out now, or with more of the same turn. */
  wrote(): void;
  /** The stream waits for the peer to take more on all streams together. */
  blocked(stream: Stream): void;
  closed(stream: Stream, by: "us" | "peer"): void;
};

/** This side of one stream of a connection: a response goes out. Nothing may be said after its end. */
export class Stream {
  readonly id: number;
  readonly #owner: StreamOwner;
  /** Undefined until it is known who serves it, and when it is over. */
  handler: StreamHandler | undefined;
  /** Bytes that the peer takes on this stream. */
  sendWindow: number;
  /** What the peer may still send on this stream. */
  readonly receiveWindow: ReceiveWindow;
  /** Bytes of content that were announced and have not come; NaN where nothing was announced. */
  missing: number = Number.NaN;
  peerEnded = false;
  #isOpen = true;
  /** What waits for the peer to take more; then the trailers. */
  #waiting: Uint8Array[] = [];
  #trailers: Uint8Array | undefined;

  constructor(id: number, owner: StreamOwner, sendWindow: number, receiveWindow: ReceiveWindow) {
    this.id = id;
    this.#owner = owner;
    this.sendWindow = sendWindow;
    this.receiveWindow = receiveWindow;
  }

  /** False once the stream is over, and once its end waits to go out. */
  get isOpen(): boolean {
    return this.#isOpen && this.#trailers === undefined;
  }

  /** True while content waits for the peer to take more. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Who serves it from now on; hears at once where it is over already. */
  serve(handler: StreamHandler | undefined): void {
    if (this.#isOpen) this.handler = handler;
    else handler?.closed();
  }

  /** Sends the fields, encoded, that come before any content. */
  respond(fields: Uint8Array): void {
    this.#owner.writer.frame(FRAME.HEADERS, FLAG.END_HEADERS, this.id, fields);
    this.#owner.wrote();
  }

  /** Sends content, as much as the peer takes; the rest waits, and the bytes must not change meanwhile. */
  send(bytes: Uint8Array): void {
    if (this.#waiting.length === 0 && this.#fits(bytes.length)) this.#data(bytes);
    else {
      this.#waiting.push(bytes);
      this.resume();
    }
    this.#owner.wrote();
  }

  /** Ends with these fields, encoded, once everything else is out. */
  end(fields: Uint8Array): void {
    this.#trailers = fields;
    if (this.#waiting.length === 0) this.#finish();
    this.#owner.wrote();
  }

  /** Ends without more words. */
  reset(code: ErrorCode): void {
    if (!this.#isOpen) return;
    this.#owner.writer.rstStream(this.id, code);
    this.close("us");
    this.#owner.wrote();
  }

  /** Sends what waits, as much as the peer takes; and the end, once nothing waits any more. */
  resume(): void {
    for (let bytes = this.#waiting[0]; bytes !== undefined; bytes = this.#waiting[0]) {
      const room = Math.min(this.sendWindow, this.#owner.sendWindow, MAX_PAYLOAD);
      if (room <= 0) {
        if (this.sendWindow > 0) this.#owner.blocked(this);
        return;
      }
      if (bytes.length <= room) {
        this.#waiting.shift();
        this.#data(bytes);
      } else {
        this.#waiting[0] = bytes.subarray(room);
        this.#data(bytes.subarray(0, room));
      }
    }
    if (this.#trailers !== undefined) this.#finish();
  }

  /** Lets go of everything; for the connection, and once. */
  close(by: "us" | "peer"): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#waiting = [];
    this.#owner.closed(this, by);
    const { handler } = this;
    this.handler = undefined;
    handler?.closed();
  }

  #fits(length: number): boolean {
    return length <= MAX_PAYLOAD && length <= this.sendWindow && length <= this.#owner.sendWindow;
  }

  #data(bytes: Uint8Array): void {
    this.#owner.writer.frame(FRAME.DATA, 0, this.id, bytes);
    this.sendWindow -= bytes.length;
    this.#owner.sendWindow -= bytes.length;
  }

  #finish(): void {
    const { writer } = this.#owner;
    writer.frame(
      FRAME.HEADERS,
      FLAG.END_HEADERS | FLAG.END_STREAM,
      this.id,
      this.#trailers as Uint8Array,
    );
    // Whoever has the answer needs to say no more (RFC 9113 section 8.1).
    if (!this.peerEnded) writer.rstStream(this.id, ERROR.NO_ERROR);
    this.close(this.peerEnded ? "peer" : "us");
  }
}
