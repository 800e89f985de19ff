import { ClosedStreams } from "./closed-streams.ts";
import { ERROR, type ErrorCode } from "./error-code.ts";
import { MAX_31_BITS } from "./frame.ts";
import type { FrameWriter } from "./frame-writer.ts";
import { ReceiveWindow } from "./receive-window.ts";
import { Stream, type StreamOwner } from "./stream.ts";

/** Windows at the start, of a connection and of each stream, in bytes (RFC 9113 section 6.9.2). */
export const DEFAULT_WINDOW = 65_535;
/** Streams open at once on a connection: the circuit breakers of the shipped configurations allow as many. */
export const MAX_STREAMS = 100_000;
/**
 * A change of the window makes us look at every open stream. A peer may have so many looked at, and so many more for
 * each stream that it opens: no peer in earnest comes near, and the work stays in proportion to what the peer did.
 */
const PATIENCE = 1_000_000;
const PATIENCE_PER_STREAM = 16;

/** Who hears of the streams of a connection. */
export type StreamsOwner = {
  /** Something was written. */
  readonly wrote: () => void;
  /** A stream has closed. */
  readonly closed: () => void;
};

/** The streams of a connection, and how much the peer takes on them. */
export class Streams implements StreamOwner {
  readonly writer: FrameWriter;
  /** What the peer takes on all streams together, in bytes. */
  sendWindow: number = DEFAULT_WINDOW;
  readonly #owner: StreamsOwner;
  readonly #open: Map<number, Stream> = new Map();
  readonly #closed: ClosedStreams = new ClosedStreams();
  /** Those that wait for the window of the connection; who waits for its own is told by number. */
  readonly #blocked: Set<Stream> = new Set();
  /** What the peer takes on a new stream, in bytes. */
  #initialWindow: number = DEFAULT_WINDOW;
  #patience: number = PATIENCE;
  /** The highest that the peer opened. */
  last = 0;

  constructor(writer: FrameWriter, owner: StreamsOwner) {
    this.writer = writer;
    this.#owner = owner;
  }

  get count(): number {
    return this.#open.size;
  }

  get(id: number): Stream | undefined {
    return this.#open.get(id);
  }

  /** Who closed a stream; undefined: it is not among the latest, or was never open. */
  closedBy(id: number): "us" | "peer" | undefined {
    return this.#closed.closedBy(id);
  }

  /** True where the peer has not opened it, nor passed it over: those of even numbers would be ours (section 5.1.1). */
  isIdle(id: number): boolean {
    return id > this.last || id % 2 === 0;
  }

  /** A new stream; its number is higher than all before. */
  open(id: number): Stream {
    this.last = id;
    this.#patience += PATIENCE_PER_STREAM;
    const stream = new Stream(id, this, this.#initialWindow, new ReceiveWindow(DEFAULT_WINDOW));
    this.#open.set(id, stream);
    return stream;
  }

  closeAll(): void {
    for (const stream of this.#open.values()) stream.close("peer");
  }

  /** The peer takes more on a stream; why not, where that cannot be: that stream is to be reset. */
  widen(stream: Stream, increment: number): ErrorCode | undefined {
    if (increment === 0) return ERROR.PROTOCOL_ERROR;
    stream.sendWindow += increment;
    if (stream.sendWindow > MAX_31_BITS) return ERROR.FLOW_CONTROL_ERROR;
    this.#resume(stream);
    return undefined;
  }

  /** The peer takes more on all streams together; why not, where that cannot be: the connection is to end. */
  widenAll(increment: number): ErrorCode | undefined {
    if (increment === 0) return ERROR.PROTOCOL_ERROR;
    this.sendWindow += increment;
    if (this.sendWindow > MAX_31_BITS) return ERROR.FLOW_CONTROL_ERROR;
    for (const stream of this.#blocked) {
      if (this.sendWindow === 0) break;
      // Who still has to wait comes back, as the last.
      this.#blocked.delete(stream);
      this.#resume(stream);
    }
    return undefined;
  }

  /**
   * The peer takes so much on a new stream. On open ones it takes as much more or less, which can take a window below
   * 0 (section 6.9.2); why not, where that cannot be: the connection is to end.
   */
  changeInitialWindow(initial: number): ErrorCode | undefined {
    const difference = initial - this.#initialWindow;
    if (difference === 0) return undefined;
    this.#initialWindow = initial;
    this.#patience -= this.#open.size;
    if (this.#patience < 0) return ERROR.ENHANCE_YOUR_CALM;
    for (const stream of this.#open.values()) {
      stream.sendWindow += difference;
      if (stream.sendWindow > MAX_31_BITS) return ERROR.FLOW_CONTROL_ERROR;
      this.#resume(stream);
    }
    return undefined;
  }

  /** Lets the peer send more on a stream, unless answers wait there: who does not read them is not read either. */
  renew(stream: Stream): void {
    if (!stream.isOpen || stream.peerEnded || stream.isWaiting) return;
    const more = stream.receiveWindow.renew();
    if (more > 0) this.writer.windowUpdate(stream.id, more);
  }

  #resume(stream: Stream): void {
    if (!stream.isWaiting) return;
    stream.resume();
    this.renew(stream);
  }

  // For the streams.

  wrote(): void {
    this.#owner.wrote();
  }

  blocked(stream: Stream): void {
    this.#blocked.add(stream);
  }

  closed(stream: Stream, by: "us" | "peer"): void {
    this.#open.delete(stream.id);
    this.#blocked.delete(stream);
    this.#closed.add(stream.id, by);
    this.#owner.closed();
  }
}
