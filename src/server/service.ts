import { err, ok, type Result } from "../cors/result.ts";
import type { Snapshot } from "../cors/snapshot.ts";
import { type Deployment, Exchange } from "../extproc/exchange.ts";
import type { Certificates } from "./certificates.ts";
import { GrpcServer } from "./grpc.ts";
import { Health } from "./health.ts";
import { claimSocket, type ListenAddress, renderListen } from "./listen.ts";
import type { Observer } from "./observe.ts";
import type { Receiver } from "./process-call.ts";
import { proveLifted, type ResetLimit } from "./reset-limit.ts";

export type ServiceOptions = {
  /** The snapshot in force; asked once for each exchange. */
  readonly snapshot: () => Snapshot;
  readonly listen: readonly ListenAddress[];
  /** Undefined: plaintext. */
  readonly certificates: Certificates | undefined;
  readonly resetLimit: ResetLimit;
  readonly health: Health;
  readonly observer: Observer;
};

/** The data listeners, bound and answering. Health is for the caller to set. */
export type Service = {
  /** As bound: port 0 replaced by the real one. */
  readonly addresses: readonly ListenAddress[];
  readonly renew: (certificates: Certificates) => void;
  /** Takes no new streams and resolves when all open ones have ended. */
  readonly drain: () => Promise<void>;
  /** Ends everything at once. */
  readonly cut: () => void;
};

/** Binds all listeners or none; the error is one line. */
export async function startService(options: ServiceOptions): Promise<Result<Service, string>> {
  const { snapshot, resetLimit, health, observer } = options;
  const lifted = await proveResetLimit(resetLimit, observer);
  if (!lifted.ok) return lifted;
  const open = (deployment: Deployment): Exchange => new Exchange(snapshot, deployment);
  const server = new GrpcServer({ open, health, observer, resetLimit });
  const addresses: ListenAddress[] = [];
  for (const address of options.listen) {
    const bound = await bind(server, address, options.certificates);
    if (!bound.ok) {
      server.cut();
      return bound;
    }
    addresses.push(bound.value);
  }
  return ok({
    addresses,
    renew: (certificates) => server.renew(certificates),
    drain: () => server.drain(),
    cut: () => server.cut(),
  });
}

async function bind(
  server: GrpcServer,
  address: ListenAddress,
  certificates: Certificates | undefined,
): Promise<Result<ListenAddress, string>> {
  if (address.kind === "unix") {
    const claimed = await claimSocket(address.path);
    if (!claimed.ok) return claimed;
  }
  return server.listen(address, certificates);
}

/**
 * Proves on a server made the same way, which lives for a moment on loopback, that the limit on stream resets is
 * lifted: nothing else would show it before an Envoy loses its connections under load. A limit that was asked for
 * needs no proof.
 */
async function proveResetLimit(
  resetLimit: ResetLimit,
  observer: Observer,
): Promise<Result<void, string>> {
  if (resetLimit.kind === "limited") return ok(undefined);
  const open = (): Receiver => ({ receive: () => ({ kind: "silence", events: [] }) });
  const server = new GrpcServer({ open, health: new Health(), observer, resetLimit });
  try {
    const bound = await server.listen(ANY_LOOPBACK, undefined);
    if (!bound.ok) return bound;
    const proved = await proveLifted(`http://${renderListen(bound.value)}`);
    return proved.ok
      ? proved
      : err(
          `the HTTP/2 limit on stream resets is still there, no Envoy would work: ${proved.error}`,
        );
  } finally {
    server.cut();
  }
}

const ANY_LOOPBACK: ListenAddress = { kind: "tcp", host: "127.0.0.1", port: 0 };
