import type { IncomingHttpHeaders } from "node:http2";
import { statusHeaders } from "./grpc-status.ts";

/** Headers of an answer that ends a request before its method is asked. */
export type Refusal = Readonly<Record<string, string | number>>;

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

const NOT_POST: Refusal = { ":status": 405, allow: "POST" };
const NOT_GRPC: Refusal = { ":status": 415 };
const ENCODED: Refusal = {
  ":status": 200,
  "content-type": "application/grpc",
  "grpc-accept-encoding": "identity",
  ...statusHeaders("UNIMPLEMENTED", "compressed messages are not taken"),
};

/** Why a request is no gRPC call that can be served, whatever its path; undefined where it is one. */
export function refusalOf(headers: IncomingHttpHeaders): Refusal | undefined {
  if (headers[":method"] !== "POST") return NOT_POST;
  const type = headers["content-type"];
  if (type !== "application/grpc" && !CONTENT_TYPE.test(type ?? "")) return NOT_GRPC;
  const encoding = headers["grpc-encoding"];
  return encoding === undefined || encoding === "identity" ? undefined : ENCODED;
}

/** How long the peer waits (`grpc-timeout`), in milliseconds: Infinity where it does not say, NaN where it is malformed. */
export function timeoutOf(headers: IncomingHttpHeaders): number {
  const text = headers["grpc-timeout"];
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const [, digits, unit = ""] = TIMEOUT.exec(String(text)) ?? [];
  return Math.ceil(Number(digits) * (UNITS[unit] ?? Number.NaN));
}
