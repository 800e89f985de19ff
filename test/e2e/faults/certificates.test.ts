import { once } from "node:events";
import { copyFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { startCorsd } from "../corsd-process.ts";

const PAIRS = join(import.meta.dirname, "..", "..", "server", "tls");
/** The files are looked at every 5 s, and an error is believed at the second look. */
const TWO_LOOKS = 15_000;

/** The certificate that a new connection is shown; what is answered first shows that it is served, too. */
async function shown(path: string): Promise<string> {
  const socket = connect({ path, rejectUnauthorized: false, ALPNProtocols: ["h2"] });
  try {
    await once(socket, "secureConnect");
    await once(socket, "data");
    return socket.getPeerCertificate().fingerprint256;
  } finally {
    socket.destroy();
  }
}

test("rubbish in place of the certificate files: the old pair stays, it is said once, and a good pair is taken", async () => {
  const folder = await mkdtemp(join(tmpdir(), "corsd-pair-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [cert, key] = [join(folder, "tls.crt"), join(folder, "tls.key")];
  const put = async (name: "first" | "second"): Promise<void> => {
    for (const [source, target] of [
      [`${name}.pem`, cert] as const,
      [`${name}.key`, key] as const,
    ]) {
      await copyFile(join(PAIRS, source), `${target}.next`);
      await rename(`${target}.next`, target);
    }
  };
  await put("first");
  const policy = join(folder, "policies.yaml");
  await writeFile(
    policy,
    "policies:\n  - name: web\n    allowOrigins: [https://app.example.com]\n",
  );
  const corsd = await startCorsd({ policy, args: ["--tls-cert", cert, "--tls-key", key] });
  onTestFinished(corsd.stop);
  const errors = (): number => corsd.log().split('"level":"error"').length - 1;
  const first = await shown(corsd.socket);

  await writeFile(cert, "-----BEGIN CERTIFICATE-----\nrubbish\n");
  await writeFile(key, "rubbish");
  await expect.poll(errors, { timeout: TWO_LOOKS }).toBe(1);
  expect(corsd.log()).toContain(`cannot use the certificate \`${cert}\``);
  expect(corsd.log()).toContain("; the old one stays");
  expect(await shown(corsd.socket)).toBe(first);
  // One look more, at least: what was said is not said again.
  await pause(6000);
  expect(await shown(corsd.socket)).toBe(first);

  await put("second");
  await expect.poll(corsd.log, { timeout: TWO_LOOKS }).toContain("certificate renewed");
  const second = await shown(corsd.socket);
  expect(second).toMatch(/^[0-9A-F:]{95}$/);
  expect(second).not.toBe(first);
  expect(errors()).toBe(1);
});
