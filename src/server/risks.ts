import { isLocal, renderListen } from "./listen.ts";
import type { Log } from "./log/log.ts";
import type { Settings } from "./settings.ts";

/** Warns of settings that work, but should be known to be risky. */
export function warnOfRisks(settings: Settings, log: Log): void {
  const open = settings.tls === undefined ? settings.listen.filter((at) => !isLocal(at)) : [];
  for (const address of open) {
    log.warn(
      { listen: renderListen(address) },
      "plaintext listener beyond loopback: whoever reaches it can exhaust the server, since the limit on stream resets is lifted; use a socket file, loopback or --tls-client-ca",
    );
  }
  if (settings.resetLimit.kind === "limited") {
    const { perSecond } = settings.resetLimit;
    log.warn({ perSecond }, "stream resets are limited: an Envoy beyond that loses its connection");
  }
  const { admin: operators } = settings;
  if (operators !== undefined && operators.tls === undefined && !isLocal(operators.address)) {
    const admin = renderListen(operators.address);
    log.warn(
      { admin },
      "admin listener beyond loopback: it is plaintext, so its token can be overheard; use --admin-tls-cert",
    );
  }
}
