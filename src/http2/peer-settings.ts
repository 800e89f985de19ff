import { ERROR, type ErrorCode } from "./error-code.ts";
import { MAX_31_BITS, MAX_PAYLOAD, uint32 } from "./frame.ts";

/** Settings in use here (RFC 9113 section 6.5.2). */
export const SETTING = {
  ENABLE_PUSH: 2,
  MAX_CONCURRENT_STREAMS: 3,
  INITIAL_WINDOW_SIZE: 4,
  MAX_FRAME_SIZE: 5,
  MAX_HEADER_LIST_SIZE: 6,
} as const;

const ENTRY_LENGTH = 6;
const MAX_MAX_FRAME_SIZE = 0xff_ffff;

/** What a peer wants that matters here; undefined: it said nothing. */
export type PeerSettings = { readonly initialWindow: number | undefined };

/**
 * Reads the payload of SETTINGS. Frames of ours are never longer than every peer takes, headers are never indexed,
 * nothing is pushed: so one value matters, the others have only to be valid.
 */
export function readSettings(
  bytes: Uint8Array,
  start: number,
  end: number,
): PeerSettings | ErrorCode {
  if ((end - start) % ENTRY_LENGTH !== 0) return ERROR.FRAME_SIZE_ERROR;
  let initialWindow: number | undefined;
  for (let at = start; at < end; at += ENTRY_LENGTH) {
    const value = uint32(bytes, at + 2);
    switch (((bytes[at] as number) << 8) | (bytes[at + 1] as number)) {
      case SETTING.ENABLE_PUSH:
        if (value > 1) return ERROR.PROTOCOL_ERROR;
        break;
      case SETTING.INITIAL_WINDOW_SIZE:
        if (value > MAX_31_BITS) return ERROR.FLOW_CONTROL_ERROR;
        initialWindow = value;
        break;
      case SETTING.MAX_FRAME_SIZE:
        if (value < MAX_PAYLOAD || value > MAX_MAX_FRAME_SIZE) return ERROR.PROTOCOL_ERROR;
        break;
    }
  }
  return { initialWindow };
}
