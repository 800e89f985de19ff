/**
 * Bits of the code of each byte, and last of the end of a string (RFC 7541 appendix B). The code is canonical: among
 * codes of one length the symbols ascend, so the lengths say it all.
 */
// biome-ignore format: a table
const LENGTHS: readonly number[] = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
  28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
  5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
  6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
  24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
  21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
  19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
  26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
];

const END_OF_STRING = 256;
/** Longest padding: less than a byte, all ones (section 5.2). */
const MAX_PADDING = 7;

/** For each inner node its two children: above 0 an inner node, below 0 `-1 - symbol`. The root is node 0. */
const CHILDREN: Int16Array = buildTree();

function buildTree(): Int16Array {
  const children = new Int16Array(2 * END_OF_STRING);
  let nodes = 1;
  const add = (symbol: number, code: number, length: number): void => {
    let node = 0;
    for (let bit = length - 1; bit > 0; bit -= 1) {
      const slot = 2 * node + ((code >>> bit) & 1);
      if (children[slot] === 0) {
        children[slot] = nodes;
        nodes += 1;
      }
      node = children[slot] as number;
    }
    children[2 * node + (code & 1)] = -1 - symbol;
  };
  let code = 0;
  const longest = Math.max(...LENGTHS);
  for (let length = 1; length <= longest; length += 1) {
    for (const [symbol, its] of LENGTHS.entries()) {
      if (its !== length) continue;
      add(symbol, code, length);
      code += 1;
    }
    code *= 2;
  }
  return children;
}

/** The text of these bytes, a character for each byte; undefined where they are no Huffman code (section 5.2). */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = "";
  let node = 0;
  let padding = 0;
  let isOnes = true;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    for (let bit = 7; bit >= 0; bit -= 1) {
      const digit = (byte >>> bit) & 1;
      const child = CHILDREN[2 * node + digit] as number;
      padding += 1;
      isOnes = isOnes && digit === 1;
      if (child >= 0) {
        node = child;
        continue;
      }
      const symbol = -1 - child;
      if (symbol === END_OF_STRING) return undefined;
      text += String.fromCharCode(symbol);
      node = 0;
      padding = 0;
      isOnes = true;
    }
  }
  return padding <= MAX_PADDING && isOnes ? text : undefined;
}
