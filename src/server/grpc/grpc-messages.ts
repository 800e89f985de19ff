import { uint32 } from "../../http2/frame.ts";
import type { StatusName } from "./grpc-status.ts";

/** Longest message taken, in bytes: sixty times the headers that Envoy takes by default. */
export const MAX_MESSAGE_LENGTH = 4_194_304;

// Length-Prefixed-Message: one byte of flags, four of length (gRPC over HTTP/2, "Requests").
const PREFIX_LENGTH = 5;
const COMPRESSED = 1;
const NOTHING: Uint8Array = new Uint8Array();

/** Why no further message can be read. */
export type MessageFault = {
  readonly kind: "malformed" | "too-long";
  readonly status: StatusName;
  readonly message: string;
};

const REFUSED_COMPRESSION: MessageFault = {
  kind: "malformed",
  status: "UNIMPLEMENTED",
  message: "compressed messages are not taken",
};
const UNKNOWN_FLAGS: MessageFault = {
  kind: "malformed",
  status: "INTERNAL",
  message: "no gRPC message: unknown flags",
};
const TOO_LONG: MessageFault = {
  kind: "too-long",
  status: "RESOURCE_EXHAUSTED",
  message: `message longer than ${MAX_MESSAGE_LENGTH} bytes`,
};

/** Cuts the content of one stream into messages. Most often a chunk is one message, which is then not copied. */
export class MessageReader {
  #data: Uint8Array = NOTHING;
  #at = 0;
  #end = 0;
  /** `#data` is this reader's own: it can be written to, up to its length. */
  #owned = false;
  /** Set for good where the data cannot be read on. */
  fault: MessageFault | undefined;

  /** Takes a chunk, which may change once {@link next} gave nothing more. Earlier messages are not to be used any more. */
  push(chunk: Uint8Array): void {
    if (this.#at === this.#end) {
      this.#data = chunk;
      this.#end = chunk.length;
    } else {
      this.#append(chunk);
    }
  }

  /** The next message that is complete; undefined: push more, or there is a {@link fault}. */
  next(): Uint8Array | undefined {
    const start = this.#at + PREFIX_LENGTH;
    if (start > this.#end) return this.#keep();
    this.fault = faultOf(this.#data, this.#at);
    if (this.fault !== undefined) return undefined;
    const end = start + uint32(this.#data, this.#at + 1);
    if (end > this.#end) return this.#keep();
    const message = this.#data.subarray(start, end);
    this.#at = end;
    // A chunk holds all that the connection received at once; nothing is to keep it.
    if (end === this.#end) this.#clear();
    return message;
  }

  /** True in the middle of a message. */
  get isOpen(): boolean {
    return this.#at < this.#end;
  }

  /** Memory that is held for a message of which only a part has come, in bytes. */
  get held(): number {
    return this.#owned ? this.#data.length : 0;
  }

  #clear(): void {
    this.#data = NOTHING;
    this.#owned = false;
    this.#at = 0;
    this.#end = 0;
  }

  /** Copies the beginning of a message, the rest of which comes in other chunks. */
  #keep(): undefined {
    if (!this.#owned && this.isOpen) this.#own(this.#end - this.#at);
  }

  /** Twice the space whenever it is used up, so that a message in many small chunks is copied twice at most. */
  #append(chunk: Uint8Array): void {
    const length = this.#end - this.#at + chunk.length;
    if (this.#at + length > this.#data.length) this.#own(length);
    this.#data.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** Moves what is here to memory of its own, with space for twice so many bytes. */
  #own(length: number): void {
    const grown = new Uint8Array(length * 2);
    grown.set(this.#data.subarray(this.#at, this.#end));
    this.#data = grown;
    this.#owned = true;
    this.#end -= this.#at;
    this.#at = 0;
  }
}

function faultOf(data: Uint8Array, at: number): MessageFault | undefined {
  const flags = data[at];
  if (flags === COMPRESSED) return REFUSED_COMPRESSION;
  if (flags !== 0) return UNKNOWN_FLAGS;
  return uint32(data, at + 1) > MAX_MESSAGE_LENGTH ? TOO_LONG : undefined;
}

/** A message as it goes out: uncompressed. */
export function prefixed(message: Uint8Array): Uint8Array {
  const { length } = message;
  const bytes = new Uint8Array(PREFIX_LENGTH + length);
  bytes[1] = length >>> 24;
  bytes[2] = length >>> 16;
  bytes[3] = length >>> 8;
  bytes[4] = length;
  bytes.set(message, PREFIX_LENGTH);
  return bytes;
}
