import { decodeHuffman } from "./huffman.ts";
import { type Field, STATIC_TABLE } from "./static-table.ts";

// HPACK, the reading side (RFC 7541).

/** Bytes of the dynamic table: what a peer may use without being told (section 6.5.2 of RFC 9113). */
const MAX_TABLE = 4096;
/** What an entry counts beyond its texts (section 4.1). */
const ENTRY_OVERHEAD = 32;
/** The largest number that is read: nothing here is longer (section 5.1 asks for a limit). */
const MAX_INTEGER = 0xff_ffff;

/** What a block of fields may come to. */
export type FieldLimits = {
  readonly fields: number;
  /** Bytes of names and values, with 32 for each field (RFC 9113 section 6.5.2). */
  readonly length: number;
};

/**
 * The fields of a block; `too-large`: beyond the limits, though read to its end. `malformed`: the table is not what
 * the peer takes it for any more, so the connection is lost.
 */
export type DecodedFields = readonly Field[] | "too-large" | "malformed";

/** One direction of a connection: blocks are decoded in their order, since each may refer to those before. */
export class FieldDecoder {
  readonly #limits: FieldLimits;
  /** Newest last. */
  #table: Field[] = [];
  #tableLength = 0;
  #maxTable = MAX_TABLE;
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;
  #end = 0;
  #failed = false;
  /** Changes whenever the meaning of an index, or the size of the table, does. */
  generation = 0;

  constructor(limits: FieldLimits) {
    this.#limits = limits;
  }

  decode(bytes: Uint8Array, start: number, end: number): DecodedFields {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#readSizes();
    const fields: Field[] = [];
    let length = 0;
    while (this.#at < this.#end && !this.#failed) {
      const field = this.#readField();
      if (field === undefined) break;
      length += sizeOf(field);
      if (length <= this.#limits.length && fields.length <= this.#limits.fields) fields.push(field);
    }
    if (this.#failed) return "malformed";
    const isTooLarge = length > this.#limits.length || fields.length > this.#limits.fields;
    return isTooLarge ? "too-large" : fields;
  }

  /** Changes of the table's size stand first in a block or nowhere (section 4.2). */
  #readSizes(): void {
    while (this.#at < this.#end && ((this.#bytes[this.#at] as number) & 0xe0) === 0x20) {
      const size = this.#integer(5);
      if (size > MAX_TABLE) this.#fail();
      if (size === this.#maxTable) continue;
      // A block that says so means another thing the next time, even where no index does.
      this.generation += 1;
      this.#maxTable = size;
      this.#evict(0);
    }
  }

  /** Undefined where it failed. */
  #readField(): Field | undefined {
    const first = this.#bytes[this.#at] as number;
    if (first >= 0x80) return this.#field(this.#integer(7));
    if (first >= 0x40) {
      const field = this.#literal(6);
      if (field !== undefined) this.#add(field);
      return field;
    }
    // Without indexing, or never indexed: that is the same to who does not forward it. Not a size: those stand first.
    if (first >= 0x20) return this.#fail();
    return this.#literal(4);
  }

  #literal(bits: number): Field | undefined {
    const index = this.#integer(bits);
    const name = index === 0 ? this.#text() : this.#field(index)?.[0];
    const value = this.#text();
    return name === undefined || value === undefined ? undefined : [name, value];
  }

  #field(index: number): Field | undefined {
    const count = STATIC_TABLE.length;
    const field =
      index <= count ? STATIC_TABLE[index - 1] : this.#table[this.#table.length - (index - count)];
    return field ?? this.#fail();
  }

  /** Section 5.2. */
  #text(): string | undefined {
    const isHuffman = ((this.#bytes[this.#at] ?? 0) & 0x80) !== 0;
    const start = this.#integer(7);
    const from = this.#at;
    const to = from + start;
    if (this.#failed || to > this.#end) return this.#fail();
    this.#at = to;
    if (!isHuffman) return textOf(this.#bytes, from, to);
    return decodeHuffman(this.#bytes, from, to) ?? this.#fail();
  }

  /** Section 5.1; 0 where it failed. */
  #integer(bits: number): number {
    const limit = 2 ** bits - 1;
    let value = this.#byte() & limit;
    if (value < limit) return value;
    // Bounded by the scale too: zeros without end would be read without end.
    for (let scale = 1; scale <= MAX_INTEGER; scale *= 0x80) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (value > MAX_INTEGER) break;
      if (byte < 0x80) return value;
    }
    this.#fail();
    return 0;
  }

  #byte(): number {
    if (this.#at >= this.#end) this.#failed = true;
    const byte = this.#bytes[this.#at] ?? 0;
    this.#at += 1;
    return byte;
  }

  #add(field: Field): void {
    const size = sizeOf(field);
    this.#evict(size);
    if (size <= this.#maxTable) {
      this.#table.push(field);
      this.#tableLength += size;
    }
    this.generation += 1;
  }

  /** Makes room for so many bytes, oldest first (section 4.4). */
  #evict(room: number): void {
    let gone = 0;
    while (this.#tableLength + room > this.#maxTable && gone < this.#table.length) {
      this.#tableLength -= sizeOf(this.#table[gone] as Field);
      gone += 1;
    }
    if (gone === 0) return;
    this.#table = this.#table.slice(gone);
    this.generation += 1;
  }

  #fail(): undefined {
    this.#failed = true;
    return undefined;
  }
}

function sizeOf([name, value]: Field): number {
  return name.length + value.length + ENTRY_OVERHEAD;
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at += 1) text += String.fromCharCode(bytes[at] as number);
  return text;
}
