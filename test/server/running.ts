import { onTestFinished } from "vitest";
import type { Snapshot } from "../../src/cors/snapshot.ts";
import { Health } from "../../src/server/grpc/health.ts";
import { renderListen } from "../../src/server/listen.ts";
import { type Service, type ServiceOptions, startService } from "../../src/server/service.ts";
import { ExtProcClient } from "./ext-proc-client.ts";
import { Recorder } from "./recorder.ts";

export type Running = {
  readonly service: Service;
  readonly health: Health;
  readonly recorder: Recorder;
  readonly client: ExtProcClient;
  /** The first listener, as gRPC writes it. */
  readonly target: string;
};

/** A service in this process on a free loopback port, with a client; both end with the test. */
export async function startForTest(
  snapshot: () => Snapshot,
  over: Partial<ServiceOptions> = {},
): Promise<Running> {
  const health = new Health();
  const recorder = new Recorder();
  const started = await startService({
    snapshot,
    listen: [{ kind: "tcp", host: "127.0.0.1", port: 0 }],
    certificates: undefined,
    resetLimit: { kind: "lifted" },
    health,
    observer: recorder,
    ...over,
  });
  if (!started.ok) throw new Error(started.error);
  const service = started.value;
  const [address] = service.addresses;
  if (address === undefined) throw new Error("no listener");
  const target = renderListen(address);
  const client = new ExtProcClient(target);
  onTestFinished(() => {
    client.close();
    service.cut();
  });
  return { service, health, recorder, client, target };
}
