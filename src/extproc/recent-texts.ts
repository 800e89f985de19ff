import { latin1 } from "./protobuf.ts";

/** Longest text that is kept, in bytes: origins, hosts and most paths are shorter. */
const MAX_LENGTH = 128;
/** How many texts are kept: a power of two. With the length above this bounds the memory. */
const SLOTS = 4096;

/**
 * Makes strings of bytes as {@link latin1} does, but gives a string that was made before where it can: most requests
 * say the same as others before them, and a known string is compared, hashed and looked up for less.
 */
export class RecentTexts {
  readonly #slots: string[] = Array.from({ length: SLOTS }, () => "");

  of(bytes: Uint8Array, start: number, end: number): string {
    const length = end - start;
    if (length > MAX_LENGTH) return latin1(bytes, start, end);
    const slot = slotOf(bytes, start, end);
    const known = this.#slots[slot] as string;
    if (known.length === length && isSame(known, bytes, start)) return known;
    const text = latin1(bytes, start, end);
    this.#slots[slot] = text;
    return text;
  }
}

/** By the length and up to eight bytes: texts that share a slot are made anew, as without this. */
function slotOf(bytes: Uint8Array, start: number, end: number): number {
  const step = ((end - start) >>> 3) + 1;
  let hash = end - start;
  for (let at = end - 1; at >= start; at -= step) {
    hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
  }
  return (hash ^ (hash >>> 10)) & (SLOTS - 1);
}

function isSame(text: string, bytes: Uint8Array, start: number): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) !== bytes[start + index]) return false;
  }
  return true;
}
