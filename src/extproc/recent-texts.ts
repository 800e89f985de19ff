import { latin1 } from "./protobuf.ts";

/** Longest text that is kept, in bytes: origins, hosts and most paths are shorter. */
const MAX_LENGTH = 128;
/** How many texts are kept: a power of two. With the length above this bounds the memory. */
const SLOTS = 4096;
/** Texts that may share a hash: with as many slots each, half of them full, next to none is made anew for want of room. */
const WAYS = 4;

/**
 * Makes strings of bytes as {@link latin1} does, but gives a string that was made before where it can: most requests
 * say the same as others before them, and a known string is compared, hashed and looked up for less.
 */
export class RecentTexts {
  /** Sets of {@link WAYS}, each next to each other. */
  readonly #slots: string[] = Array.from({ length: SLOTS }, () => "");
  /** Which of its set the next new text replaces. */
  #way = 0;

  of(bytes: Uint8Array, start: number, end: number): string {
    const length = end - start;
    if (length > MAX_LENGTH) return latin1(bytes, start, end);
    const first = firstSlot(bytes, start, end);
    for (let slot = first; slot < first + WAYS; slot += 1) {
      const known = this.#slots[slot] as string;
      if (known.length === length && isSame(known, bytes, start)) return known;
    }
    const text = latin1(bytes, start, end);
    this.#slots[first + this.#way] = text;
    this.#way = (this.#way + 1) % WAYS;
    return text;
  }
}

/** By all bytes (FNV-1a): hosts and paths of many tenants differ in a few digits in the middle. */
function firstSlot(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) {
    hash = Math.imul(hash ^ (bytes[at] as number), 0x0100_0193);
  }
  return (hash ^ (hash >>> 15)) & (SLOTS - WAYS);
}

function isSame(text: string, bytes: Uint8Array, start: number): boolean {
  // From the end: what differs most, differs there.
  for (let index = text.length - 1; index >= 0; index -= 1) {
    if (text.charCodeAt(index) !== bytes[start + index]) return false;
  }
  return true;
}
