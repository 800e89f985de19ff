/** A name in ASCII as bytes, to be compared without making a string. */
export function nameBytes(name: string): Uint8Array {
  return Uint8Array.from(name, (character) => character.charCodeAt(0));
}

/** True where the bytes from `start` on are those of the name. They differ mostly at the end: it is looked at first. */
export function startsWith(bytes: Uint8Array, start: number, name: Uint8Array): boolean {
  for (let at = name.length - 1; at >= 0; at -= 1) {
    if (bytes[start + at] !== name[at]) return false;
  }
  return true;
}

/** True where these bytes are the name. */
export function isName(bytes: Uint8Array, start: number, end: number, name: Uint8Array): boolean {
  return end - start === name.length && startsWith(bytes, start, name);
}
