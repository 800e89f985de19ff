import { type Field, STATIC_TABLE } from "./static-table.ts";

/**
 * A block of these fields (RFC 7541), whose characters are bytes. It leaves the peer's table alone, so the same block
 * can go out on any connection, any number of times.
 */
export function encodeFields(fields: readonly Field[]): Uint8Array {
  const bytes: number[] = [];
  for (const [name, value] of fields) {
    const known = STATIC_TABLE.findIndex((field) => field[0] === name && field[1] === value);
    if (known >= 0) {
      integer(bytes, 0x80, 7, known + 1);
      continue;
    }
    // Without indexing (section 6.2.2).
    const named = STATIC_TABLE.findIndex((field) => field[0] === name);
    integer(bytes, 0, 4, named + 1);
    if (named < 0) text(bytes, name);
    text(bytes, value);
  }
  return Uint8Array.from(bytes);
}

/** Section 5.1. */
function integer(bytes: number[], flags: number, bits: number, value: number): void {
  const limit = 2 ** bits - 1;
  if (value < limit) {
    bytes.push(flags | value);
    return;
  }
  bytes.push(flags | limit);
  let rest = value - limit;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
}

/** Section 5.2, without Huffman coding. */
function text(bytes: number[], value: string): void {
  integer(bytes, 0, 7, value.length);
  for (let at = 0; at < value.length; at += 1) bytes.push(value.charCodeAt(at));
}
