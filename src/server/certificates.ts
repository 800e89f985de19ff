import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { err, ok, type Result } from "../cors/result.ts";
import { watchRenewal } from "./listeners/renewal.ts";

/** Paths of PEM files. */
export type TlsFiles = {
  readonly cert: string;
  readonly key: string;
  /** Whose client certificates are taken; undefined: none are asked for. */
  readonly clientCa: string | undefined;
};

/** Contents of those files, known to fit together. */
export type Certificates = {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly clientCa: Buffer | undefined;
};

/** Reads a pair; the error is one line that names the files. */
export async function loadCertificates(files: TlsFiles): Promise<Result<Certificates, string>> {
  try {
    const [cert, key, clientCa] = await Promise.all([
      readFile(files.cert),
      readFile(files.key),
      files.clientCa === undefined ? undefined : readFile(files.clientCa),
    ]);
    createSecureContext({ cert, key, ca: clientCa });
    return ok({ cert, key, clientCa });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return err(
      `cannot use the certificate \`${files.cert}\` with the key \`${files.key}\`: ${cause}`,
    );
  }
}

/** Calls `renewed` with each new pair and `failed` with each new error, until the signal aborts. `interval`: milliseconds. */
export function watchCertificates(
  files: TlsFiles,
  first: Certificates,
  renewed: (certificates: Certificates) => void,
  failed: (message: string) => void,
  signal: AbortSignal,
  interval?: number,
): void {
  const load = () => loadCertificates(files);
  watchRenewal({ load, isSame, interval }, first, { renewed, failed }, signal);
}

function isSame(a: Certificates, b: Certificates): boolean {
  return (
    a.cert.equals(b.cert) &&
    a.key.equals(b.key) &&
    (a.clientCa ?? EMPTY).equals(b.clientCa ?? EMPTY)
  );
}

const EMPTY = Buffer.alloc(0);
