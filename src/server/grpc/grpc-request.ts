import type { RequestHead } from "../../http2/request-head.ts";
import type { Field } from "../../http2/static-table.ts";
import { ANSWER, statusFields } from "./grpc-status.ts";

const CONTENT_TYPE = /^application\/grpc(?:[+;]|$)/i;
const TIMEOUT = /^([0-9]{1,8})([HMSmun])$/;

/** Milliseconds in each unit of `grpc-timeout`. */
const UNITS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

const NOT_POST: readonly Field[] = [
  [":status", "405"],
  ["allow", "POST"],
];
const NOT_GRPC: readonly Field[] = [[":status", "415"]];
const ENCODED: readonly Field[] = [
  ...ANSWER,
  ["grpc-accept-encoding", "identity"],
  ...statusFields("UNIMPLEMENTED", "compressed messages are not taken"),
];

/** The answer where a request is no gRPC call that can be served, whatever its path; undefined where it is one. */
export function refusalOf({ method, headers }: RequestHead): readonly Field[] | undefined {
  if (method !== "POST") return NOT_POST;
  const type = headers.get("content-type");
  if (type !== "application/grpc" && !CONTENT_TYPE.test(type ?? "")) return NOT_GRPC;
  const encoding = headers.get("grpc-encoding");
  return encoding === undefined || encoding === "identity" ? undefined : ENCODED;
}

/** How long the peer waits (`grpc-timeout`), in milliseconds: Infinity where it does not say, NaN where it is malformed. */
export function timeoutOf({ headers }: RequestHead): number {
  const text = headers.get("grpc-timeout");
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const [, digits, unit = ""] = TIMEOUT.exec(text) ?? [];
  return Math.ceil(Number(digits) * (UNITS[unit] ?? Number.NaN));
}
