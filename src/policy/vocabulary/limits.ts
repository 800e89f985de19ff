import { MAX_ORIGIN_LENGTH } from "../../cors/origin.ts";

/** Names go into metric labels and log lines, so they are short and plain; the length is that of a DNS label. */
export const NAME_PATTERN = "^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$";
export const MAX_NAME_LENGTH = 63;
/** A sentence or two; it is shown, not processed. */
export const MAX_DESCRIPTION_LENGTH = 1024;
/** Each tag is a label of `corsd_policy_info`, so their number and length bound a series. */
export const MAX_TAGS = 16;
export const MAX_TAG_LENGTH = 64;
/** As long as an Origin header may be: a longer pattern could match nothing. */
export const MAX_PATTERN_LENGTH: number = MAX_ORIGIN_LENGTH;
/**
 * Most RE2 instructions of all expressions of a group together, and so of one. An origin that nothing else admits is
 * tried with each of them, and the time of a trial is the origin's length (at most 512) times the instructions.
 */
export const MAX_GROUP_INSTRUCTIONS = 2000;
/** Longer than any registered or plausible header name; HTTP itself sets no bound. */
export const MAX_HEADER_NAME_LENGTH = 256;
/** A list is sent as one header line; servers and browsers commonly refuse lines above 8 KiB. */
export const MAX_LIST_TEXT_LENGTH = 8192;
/** Longest path prefix. Long enough for any real API root. */
export const MAX_PATH_LENGTH = 1024;
/** Longest name of an Envoy route. */
export const MAX_ROUTE_LENGTH = 256;
