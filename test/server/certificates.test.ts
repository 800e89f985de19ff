import { once } from "node:events";
import { copyFile, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type PeerCertificate } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  type Certificates,
  loadCertificates,
  type TlsFiles,
  watchCertificates,
} from "../../src/server/certificates.ts";
import { governedBy, group, policy } from "../cors/sample.ts";
import { startForTest } from "./running.ts";

// Two pairs made for these tests, each its own authority, valid for a hundred years.
const PAIRS = join(import.meta.dirname, "tls");

async function pairIn(folder: string, name: "first" | "second"): Promise<void> {
  await replace(join(PAIRS, `${name}.pem`), join(folder, "cert.pem"));
  await replace(join(PAIRS, `${name}.key`), join(folder, "key.pem"));
}

/** Whole or not at all, as whoever renews certificates should. */
async function replace(source: string, target: string): Promise<void> {
  await copyFile(source, `${target}.new`);
  await rename(`${target}.new`, target);
}

async function filesWith(
  name: "first" | "second",
): Promise<TlsFiles & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "corsd-tls-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await pairIn(folder, name);
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  return { folder, cert, key, clientCa: undefined };
}

async function loaded(files: TlsFiles): Promise<Certificates> {
  const found = await loadCertificates(files);
  if (!found.ok) throw new Error(found.error);
  return found.value;
}

async function serving(certificates: Certificates): Promise<{
  readonly port: number;
  readonly renew: (certificates: Certificates) => void;
}> {
  const snapshot = governedBy(group([policy()]));
  const { service, target } = await startForTest(() => snapshot, { certificates });
  return { port: Number(target.split(":")[1]), renew: service.renew };
}

/** The certificate that a new connection is shown, or why there is none. */
async function shown(port: number, client: { cert?: Buffer; key?: Buffer } = {}): Promise<string> {
  const options = { port, host: "127.0.0.1", rejectUnauthorized: false, ALPNProtocols: ["h2"] };
  const socket = connect({ ...options, ...client });
  try {
    await once(socket, "secureConnect");
    const certificate: PeerCertificate = socket.getPeerCertificate();
    // With TLS 1.3 a server refuses a client after the handshake; with HTTP/2 it speaks first if it does not.
    const first = await Promise.race([once(socket, "data"), once(socket, "close")]);
    return first[0] instanceof Buffer ? certificate.fingerprint256 : "closed";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "closed";
  } finally {
    socket.destroy();
  }
}

describe("loadCertificates", () => {
  test("a pair", async () => {
    const files = await filesWith("first");
    expect(await loadCertificates(files)).toEqual({
      ok: true,
      value: {
        cert: await readFile(files.cert),
        key: await readFile(files.key),
        clientCa: undefined,
      },
    });
  });

  test.each<[string, (files: TlsFiles & { folder: string }) => Promise<void> | void, RegExp]>([
    ["a file that is not there", ({ key }) => rm(key), /ENOENT/],
    ["no certificate", ({ cert }) => writeFile(cert, "none"), /PEM/],
    [
      "a key of another certificate",
      ({ key }) => copyFile(join(PAIRS, "second.key"), key),
      /key values mismatch/,
    ],
  ])("%s", async (_, spoil, cause) => {
    const files = await filesWith("first");
    await spoil(files);
    const found = await loadCertificates(files);
    expect(found).toEqual({ ok: false, error: expect.stringMatching(cause) });
    expect(found).toMatchObject({ error: expect.stringContaining(files.cert) });
  });
});

describe("a listener with TLS", () => {
  test("shows its certificate, and a renewed one to new connections", async () => {
    const [first, second] = [await filesWith("first"), await filesWith("second")];
    const { port, renew } = await serving(await loaded(first));
    const before = await shown(port);
    renew(await loaded(second));
    const after = await shown(port);
    expect(before).toMatch(/^[0-9A-F:]{95}$/);
    expect(after).toMatch(/^[0-9A-F:]{95}$/);
    expect(after).not.toBe(before);
  });

  test("with an authority for clients takes only theirs", async () => {
    const files = await filesWith("first");
    const second = await loaded(await filesWith("second"));
    const clientCa = join(PAIRS, "second.pem");
    const { port } = await serving(await loaded({ ...files, clientCa }));
    expect(await shown(port, { cert: second.cert, key: second.key })).toMatch(/^[0-9A-F:]{95}$/);
    expect(await shown(port)).not.toMatch(/^[0-9A-F:]{95}$/);
    const first = await loaded(files);
    expect(await shown(port, { cert: first.cert, key: first.key })).not.toMatch(/^[0-9A-F:]{95}$/);
  });
});

describe("watchCertificates", () => {
  test("tells each new pair and each new error once, and nothing after the end", async () => {
    const files = await filesWith("first");
    const told: string[] = [];
    const end = new AbortController();
    onTestFinished(() => end.abort());
    let wake: () => void = () => {};
    const heard = async (count: number): Promise<readonly string[]> => {
      while (told.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return told;
    };
    const tell = (word: string): void => {
      told.push(word);
      wake();
    };
    watchCertificates(
      files,
      await loaded(files),
      ({ cert }) => tell(cert.toString()),
      (message) => tell(message),
      end.signal,
      10,
    );
    await writeFile(files.cert, "none");
    expect(await heard(1)).toEqual([expect.stringContaining("cannot use the certificate")]);
    await pairIn(files.folder, "first");
    const first = await readFile(files.cert, "utf8");
    expect((await heard(2))[1]).toContain("BEGIN CERTIFICATE");
    expect((await heard(2))[1]).toBe(first);
    end.abort();
  });
});
