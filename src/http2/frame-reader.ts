import { FLAG, HEAD_LENGTH, MAX_PAYLOAD, uint31 } from "./frame.ts";

const NOTHING: Uint8Array = new Uint8Array();

/** Bytes of a priority (RFC 9113 section 6.3). */
export const PRIORITY_LENGTH = 5;

/**
 * Cuts what a connection receives into frames, without a copy where a chunk holds a whole frame, as most do. A frame
 * is read from the fields after {@link next} said true, and is valid until the next call.
 */
export class FrameReader {
  type = 0;
  flags = 0;
  stream = 0;
  /** The payload is `bytes` from `start` to `end`; see also {@link unpad} and {@link skipPriority}. */
  bytes: Uint8Array = NOTHING;
  start = 0;
  end = 0;
  /** Set for good where a frame is longer than it may be. */
  isTooLong = false;

  #chunk: Uint8Array = NOTHING;
  #at = 0;
  /** Where a frame that came in several chunks is put together. */
  #held: Uint8Array | undefined;
  #heldLength = 0;

  /** Takes a chunk, after all frames of the one before were read; it must not change until they are. */
  push(chunk: Uint8Array, start: number): void {
    this.#chunk = chunk;
    this.#at = start;
  }

  /** Goes to the next frame; false where it is not complete yet, or too long. */
  next(): boolean {
    if (this.isTooLong) return false;
    if (this.#heldLength > 0) return this.#complete();
    const left = this.#chunk.length - this.#at;
    if (left >= HEAD_LENGTH) {
      const length = payloadLength(this.#chunk, this.#at);
      if (length > MAX_PAYLOAD) return this.#refuse();
      if (left >= HEAD_LENGTH + length) {
        this.#show(this.#chunk, this.#at, length);
        this.#at += HEAD_LENGTH + length;
        return true;
      }
    }
    this.#hold(left);
    return false;
  }

  /** Bytes of the payload. */
  get length(): number {
    return this.end - this.start;
  }

  has(flag: number): boolean {
    return (this.flags & flag) !== 0;
  }

  /** Takes the padding off the payload (section 6.1); false where it is longer than the rest. */
  unpad(): boolean {
    if (!this.has(FLAG.PADDED)) return true;
    if (this.length === 0) return false;
    const padding = this.bytes[this.start] as number;
    this.start += 1;
    if (padding > this.length) return false;
    this.end -= padding;
    return true;
  }

  /** Passes over a priority; false where it is cut off, or the stream depends on itself (RFC 7540 section 5.3.1). */
  skipPriority(): boolean {
    if (this.length < PRIORITY_LENGTH) return false;
    const parent = uint31(this.bytes, this.start);
    this.start += PRIORITY_LENGTH;
    return parent !== this.stream;
  }

  /** Adds to the held frame; true where it is whole. */
  #complete(): boolean {
    if (this.#heldLength < HEAD_LENGTH) this.#hold(HEAD_LENGTH - this.#heldLength);
    if (this.#heldLength < HEAD_LENGTH) return false;
    const held = this.#held as Uint8Array;
    const length = payloadLength(held, 0);
    if (length > MAX_PAYLOAD) return this.#refuse();
    const missing = HEAD_LENGTH + length - this.#heldLength;
    this.#hold(missing);
    if (this.#heldLength < HEAD_LENGTH + length) return false;
    this.#heldLength = 0;
    this.#show(held, 0, length);
    return true;
  }

  /** Moves at most so many bytes from the chunk to what is held. */
  #hold(most: number): void {
    const end = Math.min(this.#at + most, this.#chunk.length);
    if (end > this.#at) {
      this.#held ??= new Uint8Array(HEAD_LENGTH + MAX_PAYLOAD);
      this.#held.set(this.#chunk.subarray(this.#at, end), this.#heldLength);
      this.#heldLength += end - this.#at;
    }
    this.#at = end;
    // A chunk is memory of the transport: nothing is to keep it longer than it is read.
    if (end === this.#chunk.length) {
      this.#chunk = NOTHING;
      this.#at = 0;
    }
  }

  #show(bytes: Uint8Array, at: number, length: number): void {
    this.type = bytes[at + 3] as number;
    this.flags = bytes[at + 4] as number;
    this.stream = uint31(bytes, at + 5);
    this.bytes = bytes;
    this.start = at + HEAD_LENGTH;
    this.end = this.start + length;
  }

  #refuse(): false {
    this.isTooLong = true;
    return false;
  }
}

function payloadLength(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number)
  );
}
