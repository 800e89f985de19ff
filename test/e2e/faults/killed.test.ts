import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { listen } from "../../../demo/ports.ts";
import type { Bootstrap } from "../../../envoy/render.ts";
import { type RunningCorsd, startCorsd } from "../corsd-process.ts";
import { startEnvoy } from "../envoy-process.ts";
import { ENVOY_FOLDER, renderPatient, replaced } from "./patient-envoy.ts";
import { type Ending, SteadyLoad, tally } from "./steady-load.ts";

// A process that is killed under load and started again on its socket file, which it could not remove.

const APP = "http://app.demo.localhost:8081";
const EVIL = "http://evil.demo.localhost:8081";
/** How long it stays away, in milliseconds. */
const AWAY = 1000;
/** Within which requests are to be answered again once it accepts connections, in milliseconds. */
const PATIENCE = 5000;

/** When a request from which page came to the service. */
type Arrival = { readonly at: number; readonly origin: string | undefined };

/** A careless service: it lets every page read what it says. */
async function startService(): Promise<{ port: number; arrivals: readonly Arrival[] }> {
  const arrivals: Arrival[] = [];
  const service = createServer(({ headers }, response) => {
    arrivals.push({ at: performance.now(), origin: headers.origin });
    response.setHeader("access-control-allow-origin", "*");
    response.end("[]");
  });
  onTestFinished(() => {
    service.close();
    service.closeAllConnections();
  });
  return { port: await listen(service, 0), arrivals };
}

async function start(socket: string): Promise<RunningCorsd> {
  const corsd = await startCorsd({ policy: join(ENVOY_FOLDER, "policies.yaml"), socket });
  onTestFinished(corsd.stop);
  return corsd;
}

/** What was seen before, during and after the absence; endings are of requests sent in that time. */
type Seen = {
  readonly before: readonly Ending[];
  readonly away: readonly Ending[];
  /** Once they were answered as before again. */
  readonly back: readonly Ending[];
  readonly all: readonly Ending[];
  readonly arrivals: readonly Arrival[];
  readonly arrivalsAway: readonly Arrival[];
};

async function killed(file: string, change: (config: Bootstrap) => Bootstrap): Promise<Seen> {
  const folder = await mkdtemp(join(tmpdir(), "corsd-killed-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const socket = join(folder, "corsd.sock");
  const first = await start(socket);
  const { port: servicePort, arrivals } = await startService();
  const config = await renderPatient(file, { servicePort, corsd: { pipe: socket } });
  const envoy = await startEnvoy({ config: change(config) });
  onTestFinished(envoy.stop);
  const load = new SteadyLoad({ port: envoy.port, origins: [APP, EVIL], lanes: 8, rest: 5 });
  onTestFinished(async () => void (await load.stop()));

  await expect.poll(() => load.endings.length, { timeout: 10_000 }).toBeGreaterThan(200);
  const before = load.endings.slice();
  first.signal("SIGKILL");
  await first.ended;
  const gone = performance.now();
  await pause(AWAY);
  // On a slow machine that takes longer.
  await expect.poll(() => load.since(gone).length, { timeout: 10_000 }).toBeGreaterThan(150);
  const returning = performance.now();
  await start(socket);
  const isWell = (): boolean => load.since(performance.now() - 200).some(isGranted);
  await expect.poll(isWell, { timeout: PATIENCE, interval: 20 }).toBe(true);
  const well = performance.now();
  await expect.poll(() => load.since(well).length, { timeout: 10_000 }).toBeGreaterThan(200);
  await load.stop();
  const all = load.endings;
  return {
    before,
    away: all.filter(({ sentAt, endedAt }) => sentAt >= gone && endedAt <= returning),
    back: load.since(well),
    all,
    arrivals,
    arrivalsAway: arrivals.filter(({ at }) => at >= settledAfter(all, gone) && at <= returning),
  };
}

/** When the last of the requests that were sent before then had ended: what arrives later was sent later. */
function settledAfter(all: readonly Ending[], time: number): number {
  return Math.max(...all.filter(({ sentAt }) => sentAt < time).map(({ endedAt }) => endedAt), time);
}

function isGranted({ status, allowed }: Ending): boolean {
  return status === 200 && allowed === APP;
}

const DECIDED = { [`200 ${APP}`]: expect.any(Number), "403 -": expect.any(Number) };

/** The change that docs/attaching.md allows for this set-up. */
function failingOpen(config: Bootstrap): Bootstrap {
  return replaced(config, '"failure_mode_allow":false', '"failure_mode_allow":true');
}

describe("killed under load, and started again on the same socket", () => {
  test("failing closed: nothing is served without a decision, and all is well again soon", async () => {
    const seen = await killed("full.yaml", (config) => config);
    expect(tally(seen.before)).toEqual(DECIDED);
    expect(seen.away.length).toBeGreaterThan(100);
    for (const { status, allowed } of seen.away) {
      expect(status).toBeGreaterThanOrEqual(500);
      expect(allowed).toBeUndefined();
    }
    expect(seen.arrivalsAway).toEqual([]);
    expect(tally(seen.back)).toEqual(DECIDED);
    // Those that were under way at the kill, too: none carries the service's own `*`, none of the refused page came.
    expect(seen.all.filter(({ allowed }) => allowed !== undefined && allowed !== APP)).toEqual([]);
    expect(seen.arrivals.filter(({ origin }) => origin === EVIL)).toEqual([]);
  });

  test("failing open with request-only: served, but no page of another origin may read it", async () => {
    const seen = await killed("request-only.yaml", failingOpen);
    expect(tally(seen.before)).toEqual(DECIDED);
    expect(seen.away.length).toBeGreaterThan(100);
    expect(Object.keys(tally(seen.away))).toEqual(["200 -"]);
    expect(seen.arrivalsAway.some(({ origin }) => origin === EVIL)).toBe(true);
    expect(tally(seen.back)).toEqual(DECIDED);
    expect(seen.all.filter(({ allowed }) => allowed !== undefined && allowed !== APP)).toEqual([]);
  });
});
