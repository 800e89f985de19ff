import { type DecodedFields, FieldDecoder, type FieldLimits } from "./field-decoder.ts";
import { type RequestHead, readHead } from "./request-head.ts";
import type { Field } from "./static-table.ts";

/** Longest block of fields, in bytes, before it is decoded: no smaller than what it may come to, uncompressed. */
const MAX_BLOCK = 131_072;
/** Most frames of one block: four times what the bytes need, so that empty ones do not come without end. */
const MAX_FRAMES = 32;
/** Longest block that is remembered, in bytes: where most is said by index it is far shorter. */
const MAX_REMEMBERED = 512;

const NOTHING: Uint8Array = new Uint8Array();

/**
 * Reads blocks of fields. A peer like Envoy says the same head on all its streams, in the same few bytes: then what
 * was read before is given again.
 */
export class HeadReader {
  readonly #decoder: FieldDecoder;
  /** Frames of a block that is not whole yet. */
  #parts: Uint8Array[] = [];
  #length = 0;

  #lastBlock: Uint8Array = NOTHING;
  #lastGeneration = -1;
  #lastFields: readonly Field[] = [];
  #lastHead: RequestHead | undefined;

  constructor(limits: FieldLimits) {
    this.#decoder = new FieldDecoder(limits);
  }

  /** Keeps a part of a block, more of which comes; false where it is too long. */
  keep(bytes: Uint8Array, start: number, end: number): boolean {
    this.#parts.push(copyOf(bytes, start, end));
    this.#length += end - start;
    return this.#length <= MAX_BLOCK && this.#parts.length <= MAX_FRAMES;
  }

  /** The fields of a block; this is its last part. */
  read(bytes: Uint8Array, start: number, end: number): DecodedFields {
    if (this.#parts.length === 0) return this.#read(bytes, start, end);
    const whole = new Uint8Array(this.#length + end - start);
    let at = 0;
    for (const part of [...this.#parts, bytes.subarray(start, end)]) {
      whole.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#length = 0;
    return this.#read(whole, 0, whole.length);
  }

  /** The head that fields make; undefined where they are malformed. */
  headOf(fields: readonly Field[]): RequestHead | undefined {
    if (fields !== this.#lastFields) return readHead(fields);
    this.#lastHead ??= readHead(fields);
    return this.#lastHead;
  }

  #read(bytes: Uint8Array, start: number, end: number): DecodedFields {
    const { generation } = this.#decoder;
    if (generation === this.#lastGeneration && isSame(this.#lastBlock, bytes, start, end)) {
      return this.#lastFields;
    }
    const fields = this.#decoder.decode(bytes, start, end);
    const isRepeatable =
      typeof fields !== "string" &&
      generation === this.#decoder.generation &&
      end - start <= MAX_REMEMBERED;
    if (isRepeatable) {
      this.#lastBlock = copyOf(bytes, start, end);
      this.#lastGeneration = generation;
      this.#lastFields = fields;
      this.#lastHead = undefined;
    }
    return fields;
  }
}

/** Not by `slice`: that of a Node Buffer is no copy, and the transport's memory is not ours to keep. */
function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.subarray(start, end));
}

function isSame(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let at = 0; at < known.length; at += 1) {
    if (known[at] !== bytes[start + at]) return false;
  }
  return true;
}
