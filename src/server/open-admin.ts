import type { Access } from "../admin/guard.ts";
import { startAdmin } from "../admin/listener.ts";
import type { Site } from "../admin/site.ts";
import { readTokenFile, type Token } from "../admin/token.ts";
import { ok, type Result } from "../cors/result.ts";
import type { AdminSettings, TokenSource } from "./admin-settings.ts";
import { loadCertificates } from "./certificates.ts";
import { renderListen } from "./listen.ts";
import { followCertificates, followToken } from "./listeners/follow.ts";
import type { Log } from "./log/log.ts";
import { logBug } from "./log/log-reload.ts";

/**
 * Starts the admin listener, which ends with `running`, and tells where it is bound; null where none is asked for. The
 * error is one line.
 */
export async function openAdmin(
  settings: AdminSettings | undefined,
  site: Site,
  log: Log,
  running: AbortSignal,
): Promise<Result<string | null, string>> {
  if (settings === undefined) return ok(null);
  const { address, hosts, tls } = settings;
  const token = await readToken(settings.token);
  if (!token.ok) return token;
  const certificates = await (tls === undefined ? PLAINTEXT : loadCertificates(tls));
  if (!certificates.ok) return certificates;
  const { host, port } = address;
  const onFault = (error: unknown): void => logBug(error, "an admin request failed", log);
  const access: Access = {
    hosts,
    token: token.value,
    takesCertificates: tls?.clientCa !== undefined,
  };
  const options = { host, port, access, tls: certificates.value, site, onFault };
  const listener = await startAdmin(options);
  if (!listener.ok) return listener;
  const { admit, renew, close } = listener.value;
  running.addEventListener("abort", close, { once: true });
  if (settings.token?.kind === "file" && token.value !== undefined) {
    const open = (next: Token): void => admit({ ...access, token: next });
    followToken(settings.token.path, token.value, open, log, running);
  }
  if (tls !== undefined && certificates.value !== undefined) {
    followCertificates(tls, certificates.value, renew, log, running);
  }
  return ok(renderListen({ ...address, port: listener.value.port }));
}

const PLAINTEXT: Result<undefined, never> = ok(undefined);

async function readToken(
  source: TokenSource | undefined,
): Promise<Result<Token | undefined, string>> {
  switch (source?.kind) {
    case undefined:
      return ok(undefined);
    case "given":
      return ok(source.token);
    case "file":
      return readTokenFile(source.path);
  }
}
