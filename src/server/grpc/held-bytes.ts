/** Most memory that messages which are not complete may take on one connection, in bytes: eight of the longest. */
export const MAX_HELD_BYTES = 67_108_864;

/** Memory that the streams of one connection hold for messages of which only a part has come. */
export class HeldBytes {
  #total = 0;

  /** Takes note that a stream holds so many more (or fewer); false where all of them hold too many. */
  add(bytes: number): boolean {
    this.#total += bytes;
    return this.#total <= MAX_HELD_BYTES;
  }
}
