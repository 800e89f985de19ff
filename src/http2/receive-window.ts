/** What a peer may still send, in bytes (RFC 9113 section 6.9): it is told to go on when half of it is used up. */
export class ReceiveWindow {
  readonly #size: number;
  #left: number;

  constructor(size: number) {
    this.#size = size;
    this.#left = size;
  }

  /** Counts what came; false where it is more than was allowed. */
  take(length: number): boolean {
    this.#left -= length;
    return this.#left >= 0;
  }

  /** How much more the peer is to be allowed now; 0: it has enough. */
  renew(): number {
    if (this.#left >= this.#size / 2) return 0;
    const used = this.#size - this.#left;
    this.#left = this.#size;
    return used;
  }
}
