/** Numbers by a seed: the same on every machine, and fast (mulberry32). Not for secrets. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** The source of one case: cases of one seed do not depend on each other, so that each can be made alone. */
  static ofCase(seed: number, index: number): Random {
    return new Random(scrambled(scrambled(seed) ^ Math.imul(index + 1, 0x9e37_79b1)));
  }

  /** Below 2^32. */
  uint32(): number {
    this.#state = (this.#state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** 0 to `bound - 1`. */
  below(bound: number): number {
    return this.uint32() % bound;
  }

  /** Both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True once in so many times. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<Item>(list: readonly Item[]): Item {
    return list[this.below(list.length)] as Item;
  }

  /** As many as are drawn, the least being none. */
  list<Item>(most: number, draw: () => Item): Item[] {
    return Array.from({ length: this.below(most + 1) }, draw);
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.alloc(length);
    for (let at = 0; at < length; at += 1) bytes[at] = this.uint32();
    return bytes;
  }

  text(length: number, characters: string): string {
    let text = "";
    for (let at = 0; at < length; at += 1) text += characters.charAt(this.below(characters.length));
    return text;
  }
}

/** The last steps of MurmurHash3: seeds that are near each other are far apart after it. */
function scrambled(number: number): number {
  let mixed = number | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
}
