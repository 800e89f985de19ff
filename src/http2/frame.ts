/** Frame types (RFC 9113 section 6). */
export const FRAME = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const;

/** Flags of frames; what a bit means depends on the type. */
export const FLAG = {
  ACK: 0x1,
  END_STREAM: 0x1,
  END_HEADERS: 0x4,
  PADDED: 0x8,
  PRIORITY: 0x20,
} as const;

/** Bytes before the payload: length, type, flags, stream (section 4.1). */
export const HEAD_LENGTH = 9;

/** Longest payload in either direction, in bytes: what every endpoint takes, so nothing is to be agreed upon. */
export const MAX_PAYLOAD = 16_384;

/** The highest stream identifier, window and window increment: 31 bits. */
export const MAX_31_BITS = 0x7fff_ffff;

/** The number of four bytes, unsigned. */
export function uint32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) * 0x100_0000 +
    (((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number))
  );
}

/** The number of the last 31 bits of four bytes; the first is reserved and says nothing. */
export function uint31(bytes: Uint8Array, at: number): number {
  return uint32(bytes, at) & MAX_31_BITS;
}
