import { encodeFields } from "../../http2/field-encoder.ts";
import type { Field } from "../../http2/static-table.ts";
import type { Stream, StreamHandler } from "../../http2/stream.ts";
import { type MessageFault, MessageReader, prefixed } from "./grpc-messages.ts";
import { ANSWER, type StatusName, statusFields } from "./grpc-status.ts";
import type { HeldBytes } from "./held-bytes.ts";

/** What a method does with its stream. */
export type Call = {
  /** Takes the next message, whose bytes are valid until it returns. */
  receive(message: Uint8Array): void;
  /** The peer has sent its last message. */
  peerEnded(): void;
  /** The stream ends by itself: what came is no message, or it came too late. */
  failed(cause: MessageFault["kind"] | "deadline"): void;
  /** The stream ends by itself: it threw, a bug of ours. */
  broke(error: unknown): void;
  /** The stream is over, however it ended. */
  closed(): void;
};

const ANSWER_FIELDS: Uint8Array = encodeFields(ANSWER);
const OK_FIELDS: Uint8Array = encodeFields(statusFields("OK", ""));

/** Longest time that a timer takes, in milliseconds: 24 days (`setTimeout`). */
const MAX_TIMEOUT = 2 ** 31 - 1;

/** The server's side of one gRPC stream: messages come in; messages and then one status go out. */
export class GrpcStream implements StreamHandler {
  readonly #stream: Stream;
  readonly #heldByAll: HeldBytes;
  readonly #messages: MessageReader = new MessageReader();
  #call: Call | undefined;
  #held = 0;
  #responded = false;
  #deadline: NodeJS.Timeout | undefined;

  constructor(stream: Stream, heldByAll: HeldBytes) {
    this.#stream = stream;
    this.#heldByAll = heldByAll;
  }

  /** Lets a method serve the stream, for so many milliseconds. */
  serve(call: Call, timeout: number): void {
    this.#call = call;
    if (timeout > MAX_TIMEOUT) return;
    this.#deadline = setTimeout(() => {
      this.#giveUp("deadline", "DEADLINE_EXCEEDED", "deadline exceeded");
    }, timeout);
  }

  /** Sends a message; nothing where the stream has ended. */
  write(message: Uint8Array): void {
    if (!this.#stream.isOpen) return;
    if (!this.#responded) {
      this.#responded = true;
      this.#stream.respond(ANSWER_FIELDS);
    }
    this.#stream.send(prefixed(message));
  }

  /** Sends the last message, and status OK. */
  finish(message: Uint8Array): void {
    this.write(message);
    if (this.#stream.isOpen) this.#stream.end(OK_FIELDS);
  }

  /** Ends with this status; nothing where the stream has ended. */
  end(status: StatusName, message: string): void {
    const fields = statusFields(status, message);
    refuse(this.#stream, this.#responded ? fields : [...ANSWER, ...fields]);
  }

  data(chunk: Uint8Array): void {
    const messages = this.#messages;
    if (!this.#stream.isOpen) return;
    messages.push(chunk);
    for (let message = messages.next(); message !== undefined; message = messages.next()) {
      this.#hand(message);
      if (!this.#stream.isOpen) return;
    }
    const { fault, held } = messages;
    if (fault !== undefined) this.#giveUp(fault.kind, fault.status, fault.message);
    else if (held !== this.#held) this.#hold(held);
  }

  ended(): void {
    if (!this.#messages.isOpen) this.#hand(undefined);
    else this.#giveUp("malformed", "INTERNAL", "the stream ended within a message");
  }

  closed(): void {
    clearTimeout(this.#deadline);
    this.#heldByAll.add(-this.#held);
    this.#held = 0;
    this.#call?.closed();
    this.#call = undefined;
  }

  #hold(held: number): void {
    const isGood = this.#heldByAll.add(held - this.#held);
    this.#held = held;
    if (!isGood) this.#giveUp("too-long", "RESOURCE_EXHAUSTED", "too many incomplete messages");
  }

  /** Hands on a message, or that there are no more. The one place where a bug is caught. */
  #hand(message: Uint8Array | undefined): void {
    try {
      if (message === undefined) this.#call?.peerEnded();
      else this.#call?.receive(message);
    } catch (error) {
      this.#call?.broke(error);
      this.end("INTERNAL", "internal error");
    }
  }

  #giveUp(cause: MessageFault["kind"] | "deadline", status: StatusName, message: string): void {
    if (!this.#stream.isOpen) return;
    this.#call?.failed(cause);
    this.end(status, message);
  }
}

/** Ends with these fields; nothing where the stream has ended. */
export function refuse(stream: Stream, fields: readonly Field[]): void {
  if (stream.isOpen) stream.end(encodeFields(fields));
}
