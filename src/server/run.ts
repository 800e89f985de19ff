import cluster from "node:cluster";
import { setTimeout as wait } from "node:timers/promises";
import type { DestinationStream } from "pino";
import { ok, type Result } from "../cors/result.ts";
import { type LoadReport, openSource, type Source } from "../source/source.ts";
import type { Answering } from "./answering.ts";
import { loadCertificates } from "./certificates.ts";
import { Health } from "./grpc/health.ts";
import { renderListen } from "./listen.ts";
import { followCertificates } from "./listeners/follow.ts";
import { narrowUmask } from "./listeners/socket-mode.ts";
import { type Log, openLog } from "./log/log.ts";
import { logBug, logProblems, logReport } from "./log/log-reload.ts";
import { Reloads } from "./metrics/reloads.ts";
import { addTallies } from "./metrics/tally.ts";
import { checkNodeVersion } from "./node-version.ts";
import { openAdmin } from "./open-admin.ts";
import { warnOfRisks } from "./risks.ts";
import type { Service } from "./service.ts";
import type { Settings } from "./settings.ts";
import { siteOf } from "./site-of.ts";
import { startAnswering } from "./start-answering.ts";
import { type SignalSource, type StopSignals, stopSignals } from "./stop-signals.ts";
import { runWorker } from "./workers/worker.ts";

/** What stands around a server; left out, it is the process. */
export type Surroundings = {
  readonly signals?: SignalSource;
  /** Where log lines go; left out, standard output. */
  readonly log?: DestinationStream;
};

const STOPPED = 0;
/** Could not start, or was cut. */
const FAILED = 1;

/** Runs a server until it is told to stop; returns the exit code of the process. */
export async function run(settings: Settings, surroundings: Surroundings = {}): Promise<number> {
  const log = openLog(settings.logLevel, surroundings.log);
  if (cluster.isWorker) return runWorker(settings, log);
  const signals = surroundings.signals ?? process;
  const stop = stopSignals(signals);
  const running = new AbortController();
  // From the first moment on: a process without a handler dies of a SIGHUP. One that comes early is not forgotten.
  const started = Promise.withResolvers<RunningServer>();
  const hangUp = (): void => void started.promise.then((server) => server.reload());
  signals.on("SIGHUP", hangUp);
  const widenUmask = narrowUmask(settings.socketMode);
  try {
    const server = await start(settings, log, running.signal);
    if (server === undefined) return FAILED;
    started.resolve(server);
    await stop.asked;
    return await shutDown(server, settings, log, stop);
  } finally {
    signals.off("SIGHUP", hangUp);
    running.abort();
    stop.release();
    widenUmask();
  }
}

type RunningServer = {
  readonly service: Service;
  readonly reload: () => void;
  /** Says to everyone who asks that nothing more is to be sent here. */
  readonly signOff: () => void;
};

/** What everyone who asks for the state of the server is told. */
type Phase = "starting" | "serving" | "draining";

/** Starts everything in order; undefined, with the reason logged, where that fails. It ends with `running`. */
async function start(
  settings: Settings,
  log: Log,
  running: AbortSignal,
): Promise<RunningServer | undefined> {
  const source = await openPolicy(settings, log);
  if (source === undefined) return undefined;
  const health = new Health();
  const reloads = new Reloads();
  let phase: Phase = "starting";
  const enter = (next: Phase): void => {
    phase = next;
    health.set(next === "serving");
  };
  let answering: Answering | undefined;
  const site = siteOf({
    source,
    unready: () => (phase === "serving" ? undefined : phase),
    tally: async () => answering?.tally() ?? addTallies([]),
    refusals: async () => answering?.refusals() ?? [],
    refusalLimit: settings.consoleRefusals,
    reloads: () => reloads.series(),
  });
  const admin = await openAdmin(settings.admin, site, log, running);
  if (!admin.ok) {
    log.fatal(admin.error);
    return undefined;
  }
  const opened = await openAnswering(settings, source, health, log, running);
  if (!opened.ok) {
    log.fatal(opened.error);
    return undefined;
  }
  answering = opened.value;
  const { adopt, addresses } = answering;
  warnOfRisks(settings, log);
  const report = async (loaded: LoadReport): Promise<void> => {
    reloads.add(loaded);
    if (loaded.result === "replaced") adopt();
    if (!running.aborted) await logReport(loaded, log);
  };
  const fault = (error: unknown): void => logBug(error, "a reload failed", log);
  source.start(report, running, fault);
  enter("serving");
  const listen = addresses.map(renderListen);
  const { revision } = source.current();
  log.info({ listen, admin: admin.value, revision }, "serving");
  return {
    service: answering,
    reload: () => void source.reload().then(report).catch(fault),
    signOff: () => enter("draining"),
  };
}

async function openPolicy(settings: Settings, log: Log): Promise<Source | undefined> {
  const node = checkNodeVersion(process.versions.node);
  if (!node.ok) {
    log.fatal(node.error);
    return undefined;
  }
  const source = await openSource(settings.policy);
  await logProblems(source.first, log);
  if (source.first.result !== "rejected") return source;
  log.fatal({ policy: settings.policy }, "no policy in force: the policy files have errors");
  return undefined;
}

async function openAnswering(
  settings: Settings,
  source: Source,
  health: Health,
  log: Log,
  running: AbortSignal,
): Promise<Result<Answering, string>> {
  const { tls } = settings;
  const certificates = await (tls === undefined ? NO_CERTIFICATES : loadCertificates(tls));
  if (!certificates.ok) return certificates;
  const options = { settings, source, certificates: certificates.value, health, log };
  const answering = await startAnswering(options);
  if (answering.ok && tls !== undefined && certificates.value !== undefined) {
    followCertificates(tls, certificates.value, answering.value.renew, log, running);
  }
  return answering;
}

const NO_CERTIFICATES: Result<undefined, never> = ok(undefined);

/** Lets go in reverse order, the admin listener last: word to the peers, time for them to hear it, then for what is open; then the cut. */
async function shutDown(
  { service, signOff }: RunningServer,
  { drainDelay, drainTimeout }: Settings,
  log: Log,
  { insisted }: StopSignals,
): Promise<number> {
  log.info({ drainDelay, drainTimeout }, "stopping");
  signOff();
  const finished = new AbortController();
  const patience = AbortSignal.any([insisted, finished.signal]);
  try {
    await wait(drainDelay, undefined, { signal: patience });
    await Promise.race([service.drain(), wait(drainTimeout, undefined, { signal: patience })]);
  } catch {
    // Asked a second time: no more waiting.
  }
  finished.abort();
  service.cut();
  const code = insisted.aborted ? FAILED : STOPPED;
  log.info({ code }, insisted.aborted ? "cut" : "stopped");
  return code;
}
