import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";
import type { LogLevel } from "../settings.ts";

/** JSON lines for the operator: state changes, and samples of what was refused. */
export type Log = Logger;

/** Writes to standard output unless another destination is given. */
export function openLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    // Neither pid nor host name: whoever collects the lines knows where they come from.
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string): { level: string } => ({ level: label }) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
