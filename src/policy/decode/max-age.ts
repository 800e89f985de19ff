import { err, ok, type Result } from "../../cors/result.ts";

/** Most seconds a 32-bit counter holds; browsers cap far below (Chromium at 7,200). */
export const MAX_MAX_AGE: number = 2 ** 31 - 1;

/** Why a `maxAge` is none: `message` completes "`…` …". */
export type MaxAgeFault = { readonly message: string; readonly fix: string };

const WRITTEN = /^(-?[0-9]{1,12})([smhd])?$/;
/**
 * Reads `maxAge` as whole seconds: a whole number, as a number or a text, or one with `s`, `m`, `h` or `d` behind it.
 * -1 stands for "no header"; it takes no unit.
 */
export function parseMaxAge(written: string | number): Result<number, MaxAgeFault> {
  const seconds = typeof written === "number" ? written : secondsOf(written);
  if (seconds === undefined || !Number.isInteger(seconds)) {
    const message = "is no time in whole seconds";
    return err({ message, fix: "write whole seconds, or a whole number with s, m, h or d: `15m`" });
  }
  if (seconds < -1) {
    return err({ message: "is below -1", fix: "write `-1` to send no header, `0` not to cache" });
  }
  if (seconds > MAX_MAX_AGE) {
    const fix = "write `7200`: no browser keeps a preflight for longer than a day";
    return err({ message: `is more than ${MAX_MAX_AGE} seconds`, fix });
  }
  return ok(seconds);
}

function secondsOf(text: string): number | undefined {
  const match = WRITTEN.exec(text);
  if (match === null) return undefined;
  const [, digits, unit] = match;
  const number = Number(digits);
  // "-1m" would be a negative time, not the mark for "no header".
  if (unit !== undefined && number < 0) return undefined;
  return number * secondsIn(unit);
}

function secondsIn(unit: string | undefined): number {
  switch (unit) {
    case "m":
      return 60;
    case "h":
      return 3600;
    case "d":
      return 86_400;
    default:
      return 1;
  }
}
