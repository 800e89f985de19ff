import { ok, type Result } from "../cors/result.ts";
import type { Snapshot } from "../cors/snapshot.ts";
import { type Deployment, Exchange } from "../extproc/exchange.ts";
import type { Certificates } from "./certificates.ts";
import { GrpcServer } from "./grpc/grpc-server.ts";
import type { Health } from "./grpc/health.ts";
import type { ResetLimit } from "./grpc/reset-limit.ts";
import { claimSocket, type ListenAddress } from "./listen.ts";
import type { ClientName } from "./listeners/client-name.ts";
import { setSocketMode } from "./listeners/socket-mode.ts";
import type { Observer } from "./observe.ts";

export type ServiceOptions = {
  /** The snapshot in force; asked once for each exchange. */
  readonly snapshot: () => Snapshot;
  readonly listen: readonly ListenAddress[];
  /** Whether `claimSocket` was called for all socket files. */
  readonly areSocketsClaimed?: boolean;
  /** Rights of the socket files; undefined: as they were made. */
  readonly socketMode?: number | undefined;
  /** Undefined: plaintext. */
  readonly certificates: Certificates | undefined;
  /** Whose client certificates are taken; left out or empty: all that the authorities signed. */
  readonly clientNames?: ReadonlySet<ClientName>;
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
  const { snapshot, resetLimit, health, observer, clientNames = new Set() } = options;
  const open = (deployment: Deployment): Exchange => new Exchange(snapshot, deployment);
  const server = new GrpcServer({ open, health, observer, resetLimit, clientNames });
  const addresses: ListenAddress[] = [];
  for (const address of options.listen) {
    const claimed = await claim(address, options);
    const bound = claimed.ok ? await bind(server, address, options) : claimed;
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
  { certificates, socketMode }: ServiceOptions,
): Promise<Result<ListenAddress, string>> {
  const bound = await server.listen(address, certificates);
  if (!bound.ok || address.kind !== "unix" || socketMode === undefined) return bound;
  const set = await setSocketMode(address.path, socketMode);
  return set.ok ? bound : set;
}

async function claim(
  address: ListenAddress,
  { areSocketsClaimed = false }: ServiceOptions,
): Promise<Result<void, string>> {
  return address.kind === "unix" && !areSocketsClaimed ? claimSocket(address.path) : ok(undefined);
}
