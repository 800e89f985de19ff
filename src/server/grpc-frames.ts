import type { StatusName } from "./grpc-status.ts";

/** Longest message taken, in bytes: sixty times the headers that Envoy takes by default. */
export const MAX_MESSAGE_LENGTH = 4_194_304;

// Length-Prefixed-Message: one byte of flags, four of length (gRPC over HTTP/2, "Requests").
const PREFIX_LENGTH = 5;
const COMPRESSED = 1;
const NOTHING: Buffer = Buffer.alloc(0);

/** Why no further message can be read. */
export type FrameFault = {
  readonly kind: "malformed" | "too-long";
  readonly status: StatusName;
  readonly message: string;
};

const REFUSED_COMPRESSION: FrameFault = {
  kind: "malformed",
  status: "UNIMPLEMENTED",
  message: "compressed messages are not taken",
};
const UNKNOWN_FLAGS: FrameFault = {
  kind: "malformed",
  status: "INTERNAL",
  message: "no gRPC message: unknown flags",
};
const TOO_LONG: FrameFault = {
  kind: "too-long",
  status: "RESOURCE_EXHAUSTED",
  message: `message longer than ${MAX_MESSAGE_LENGTH} bytes`,
};

/** Cuts the data of one stream into messages. Most often a chunk is one message, which is then not copied. */
export class FrameReader {
  #data: Buffer = NOTHING;
  #at = 0;
  #end = 0;
  /** `#data` is this reader's own: it can be written to, up to its length. */
  #owned = false;
  /** Set for good where the data cannot be read on. */
  fault: FrameFault | undefined;

  /** Takes a chunk; the messages that {@link next} gave before are not to be used any more. */
  push(chunk: Buffer): void {
    if (this.#at === this.#end) {
      this.#data = chunk;
      this.#end = chunk.length;
    } else {
      this.#append(chunk);
    }
  }

  /** The next message that is complete; undefined: push more, or there is a {@link fault}. */
  next(): Buffer | undefined {
    const start = this.#at + PREFIX_LENGTH;
    if (start > this.#end) return undefined;
    this.fault = faultOf(this.#data, this.#at);
    if (this.fault !== undefined) return undefined;
    const end = start + this.#data.readUInt32BE(this.#at + 1);
    if (end > this.#end) return undefined;
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

  #clear(): void {
    this.#data = NOTHING;
    this.#owned = false;
    this.#at = 0;
    this.#end = 0;
  }

  /** Twice the space whenever it is used up, so that a message in many small chunks is copied twice at most. */
  #append(chunk: Buffer): void {
    const kept = this.#end - this.#at;
    const length = kept + chunk.length;
    if (!this.#owned || this.#at + length > this.#data.length) {
      const grown = Buffer.allocUnsafeSlow(length * 2);
      this.#data.copy(grown, 0, this.#at, this.#end);
      this.#data = grown;
      this.#owned = true;
      this.#at = 0;
    }
    chunk.copy(this.#data, this.#at + kept);
    this.#end = this.#at + length;
  }
}

function faultOf(data: Buffer, at: number): FrameFault | undefined {
  const flags = data[at];
  if (flags === COMPRESSED) return REFUSED_COMPRESSION;
  if (flags !== 0) return UNKNOWN_FLAGS;
  return data.readUInt32BE(at + 1) > MAX_MESSAGE_LENGTH ? TOO_LONG : undefined;
}

/** A message as it goes out: uncompressed. */
export function frame(message: Uint8Array): Buffer {
  const { length } = message;
  const framed = Buffer.allocUnsafe(PREFIX_LENGTH + length);
  framed[0] = 0;
  framed.writeUInt32BE(length, 1);
  framed.set(message, PREFIX_LENGTH);
  return framed;
}
