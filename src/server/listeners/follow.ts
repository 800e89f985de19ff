import { readTokenFile, type Token } from "../../admin/token.ts";
import { type Certificates, type TlsFiles, watchCertificates } from "../certificates.ts";
import type { Log } from "../log/log.ts";
import { watchRenewal } from "./renewal.ts";

// What is read from files at the start is read again when they change, until the signal aborts, and the log says so.

/** Hands each new pair on; one that cannot be used is logged, and the old one stays. */
export function followCertificates(
  files: TlsFiles,
  first: Certificates,
  renew: (certificates: Certificates) => void,
  log: Log,
  running: AbortSignal,
): void {
  const renewed = (found: Certificates): void => {
    renew(found);
    log.info({ cert: files.cert }, "certificate renewed");
  };
  const failed = (message: string): void => log.error(`${message}; the old one stays`);
  watchCertificates(files, first, renewed, failed, running);
}

/** Hands each new token of a file on; one that is none is logged, and the old one stays. `interval`: milliseconds. */
export function followToken(
  file: string,
  first: Token,
  admit: (token: Token) => void,
  log: Log,
  running: AbortSignal,
  interval?: number,
): void {
  const renewed = (token: Token): void => {
    admit(token);
    log.info({ file }, "admin token renewed");
  };
  const failed = (message: string): void => log.error(`${message}; the old token stays`);
  const load = () => readTokenFile(file);
  const isSame = (a: Token, b: Token): boolean => a.equals(b);
  watchRenewal({ load, isSame, interval }, first, { renewed, failed }, running);
}
