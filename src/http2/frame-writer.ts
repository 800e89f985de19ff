import type { ErrorCode } from "./error-code.ts";
import { FLAG, FRAME, HEAD_LENGTH } from "./frame.ts";

/** Bytes that there is room for at first: a connection that asks for nothing is sent no more than a greeting. */
const FIRST_SPACE = 256;
/** Bytes that there stays room for: the answers to some thirty requests. */
const SPACE = 16_384;

/** Collects frames, so that all answers to one chunk go out in one write. */
export class FrameWriter {
  #bytes: Uint8Array = new Uint8Array(FIRST_SPACE);
  #length = 0;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** What was collected, as bytes of its own; nothing is left. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    if (this.#bytes.length > SPACE) this.#bytes = new Uint8Array(SPACE);
    return taken;
  }

  /** A frame with this payload, which is at most as long as a frame may be. */
  frame(type: number, flags: number, stream: number, payload: Uint8Array): void {
    this.#head(payload.length, type, flags, stream);
    this.#bytes.set(payload, this.#length);
    this.#length += payload.length;
  }

  rstStream(stream: number, code: ErrorCode): void {
    this.#head(4, FRAME.RST_STREAM, 0, stream);
    this.#uint32(code);
  }

  windowUpdate(stream: number, increment: number): void {
    this.#head(4, FRAME.WINDOW_UPDATE, 0, stream);
    this.#uint32(increment);
  }

  goAway(lastStream: number, code: ErrorCode): void {
    this.#head(8, FRAME.GOAWAY, 0, 0);
    this.#uint32(lastStream);
    this.#uint32(code);
  }

  settings(entries: readonly (readonly [number, number])[]): void {
    this.#head(6 * entries.length, FRAME.SETTINGS, 0, 0);
    for (const [name, value] of entries) {
      this.#bytes[this.#length] = name >>> 8;
      this.#bytes[this.#length + 1] = name;
      this.#length += 2;
      this.#uint32(value);
    }
  }

  settingsAck(): void {
    this.#head(0, FRAME.SETTINGS, FLAG.ACK, 0);
  }

  #head(length: number, type: number, flags: number, stream: number): void {
    this.#reserve(HEAD_LENGTH + length);
    const bytes = this.#bytes;
    const at = this.#length;
    bytes[at] = length >>> 16;
    bytes[at + 1] = length >>> 8;
    bytes[at + 2] = length;
    bytes[at + 3] = type;
    bytes[at + 4] = flags;
    this.#length = at + 5;
    this.#uint32(stream);
  }

  #uint32(value: number): void {
    const bytes = this.#bytes;
    const at = this.#length;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
    this.#length = at + 4;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(needed * 2);
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
