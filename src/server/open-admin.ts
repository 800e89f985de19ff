import { startAdmin } from "../admin/listener.ts";
import type { Site } from "../admin/site.ts";
import { readTokenFile, type Token } from "../admin/token.ts";
import { ok, type Result } from "../cors/result.ts";
import type { AdminSettings, TokenSource } from "./admin-settings.ts";
import { renderListen } from "./listen.ts";
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
  const { address, hosts } = settings;
  const token = await readToken(settings.token);
  if (!token.ok) return token;
  const { host, port } = address;
  const onFault = (error: unknown): void => logBug(error, "an admin request failed", log);
  const access = { hosts, token: token.value };
  const listener = await startAdmin({ host, port, access, site, onFault });
  if (!listener.ok) return listener;
  running.addEventListener("abort", listener.value.close, { once: true });
  return ok(renderListen({ ...address, port: listener.value.port }));
}

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
