import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { err, ok, type Result } from "../cors/result.ts";

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

/** How often the files are looked at: certificates are renewed days before they expire. In milliseconds. */
const INTERVAL = 5000;

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

/**
 * Calls `renewed` with each new pair and `failed` with each new error, until the signal aborts. An error counts at
 * the second look: the two files may have been read between their writes.
 */
export function watchCertificates(
  files: TlsFiles,
  first: Certificates,
  renewed: (certificates: Certificates) => void,
  failed: (message: string) => void,
  signal: AbortSignal,
  interval: number = INTERVAL,
): void {
  let told: Loaded = ok(first);
  let before: Loaded = told;
  const look = async (): Promise<void> => {
    const found = await loadCertificates(files);
    const isSettled = found.ok || isSame(found, before);
    before = found;
    if (signal.aborted || !isSettled || isSame(found, told)) return;
    told = found;
    if (found.ok) renewed(found.value);
    else failed(found.error);
  };
  const timer = setInterval(() => void look(), interval);
  timer.unref();
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}

type Loaded = Result<Certificates, string>;

function isSame(a: Loaded, b: Loaded): boolean {
  if (!a.ok || !b.ok) return !a.ok && !b.ok && a.error === b.error;
  return (
    a.value.cert.equals(b.value.cert) &&
    a.value.key.equals(b.value.key) &&
    (a.value.clientCa ?? EMPTY).equals(b.value.clientCa ?? EMPTY)
  );
}

const EMPTY = Buffer.alloc(0);
