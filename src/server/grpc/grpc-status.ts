import type { Field } from "../../http2/static-table.ts";

/** The gRPC status codes in use here (grpc/doc/statuscodes.md). */
export const STATUS = {
  OK: 0,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
} as const;

export type StatusName = keyof typeof STATUS;

/** The headers of every answer to a gRPC call. */
export const ANSWER: readonly Field[] = [
  [":status", "200"],
  ["content-type", "application/grpc"],
];

/** A status as trailers, or after {@link ANSWER} where there is nothing else to say. */
export function statusFields(name: StatusName, message: string): readonly Field[] {
  const status: Field = ["grpc-status", String(STATUS[name])];
  return message === "" ? [status] : [status, ["grpc-message", percentEncoded(message)]];
}

/** Everything but visible ASCII and blanks, and the percent sign itself, byte by byte (gRPC over HTTP/2, "Responses"). */
const ESCAPED = /[^ -$&-~]/gu;

function percentEncoded(text: string): string {
  return text.replace(ESCAPED, (character) =>
    Array.from(Buffer.from(character), (byte) => `%${hex(byte)}`).join(""),
  );
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}
