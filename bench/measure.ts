import { setTimeout as wait } from "node:timers/promises";
import { CONNECTIONS, type Load } from "./load.ts";
import { type CpuTime, cpuPerRequest, readCpuTime, watchMemory } from "./process-usage.ts";
import type { Stand } from "./stand.ts";

/** One measurement of one variant. */
export type Sample = {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Microseconds for each request. */
  readonly cpu: {
    readonly server: CpuTime | undefined;
    readonly envoy: CpuTime;
    readonly service: CpuTime;
  };
  /** The most that the server held, in MiB. */
  readonly memory: number | undefined;
  readonly errors: number;
  readonly complaints: readonly string[];
};

/**
 * Puts a variant under load and looks at all processes before and after. `messages`: how many Envoy has to send to the
 * server for each request, where there is one; another number is an error, since something else was measured then.
 */
export async function measure(
  stand: Stand,
  messages: number | undefined,
  load: () => Promise<Load>,
): Promise<Sample> {
  const { server, envoy, service } = stand.pids;
  const before = await readAll(stand);
  stand.unexpected.drain();
  const { result, largest } = await watchMemory(server, load);
  // Envoy writes its log every tenth of a second, and a server has streams of cancelled requests to end.
  await wait(SETTLING);
  const after = await readAll(stand);
  const spent = (pid: number | undefined): CpuTime | undefined => {
    const [from, to] = [before.cpu.get(pid), after.cpu.get(pid)];
    return from && to && cpuPerRequest(from, to, result.requests);
  };
  const wrong = [...stand.unexpected.drain()];
  const detour = checkMessages(after.messages - before.messages, messages, result.requests);
  return {
    requests: result.requests,
    requestsPerSecond: result.requests / result.seconds,
    p50: result.p50,
    p99: result.p99,
    max: result.max,
    cpu: {
      server: spent(server),
      envoy: spent(envoy) ?? NO_TIME,
      service: spent(service) ?? NO_TIME,
    },
    memory: largest,
    errors: wrong.reduce((sum, [, count]) => sum + count, result.errors) + detour.length,
    complaints: [
      ...result.complaints,
      ...wrong.map(([what, count]) => `${count} × status ${what}`),
      ...detour,
    ],
  };
}

const SETTLING = 200;
const NO_TIME: CpuTime = { user: Number.NaN, system: Number.NaN };

type Reading = {
  readonly cpu: ReadonlyMap<number | undefined, CpuTime>;
  /** Sent by Envoy to the server since the start. */
  readonly messages: number;
};

async function readAll({ pids, adminPort }: Stand): Promise<Reading> {
  const { server, envoy, service } = pids;
  const cpu = new Map<number, CpuTime>();
  for (const pid of [server, envoy, service]) {
    if (pid !== undefined) cpu.set(pid, await readCpuTime(pid));
  }
  return { cpu, messages: await messagesSent(adminPort) };
}

async function messagesSent(adminPort: number): Promise<number> {
  const filter = encodeURIComponent("^http\\.api\\.ext_proc\\.stream_msgs_sent$");
  const response = await fetch(`http://127.0.0.1:${adminPort}/stats?filter=${filter}`);
  return Number(/: (\d+)/.exec(await response.text())?.[1] ?? 0);
}

/** Requests that are cut off at the end of the load have sent messages too, without being counted. */
export function checkMessages(
  sent: number,
  messages: number | undefined,
  requests: number,
): readonly string[] {
  const due = (messages ?? 0) * requests;
  const slack = (messages ?? 0) * 2 * CONNECTIONS;
  if (sent >= due && sent <= due + slack) return [];
  const each = (sent / requests).toFixed(2);
  return [`Envoy sent ${each} messages for a request, not ${messages ?? 0}`];
}
