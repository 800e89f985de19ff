import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import type { DestinationStream } from "pino";
import { ok, type Result } from "../cors/result.ts";
import { renderProblem } from "../policy/problem.ts";
import { type LoadReport, openSource, type Source } from "../source/source.ts";
import { type Certificates, loadCertificates, watchCertificates } from "./certificates.ts";
import { Counters } from "./counters.ts";
import { Health } from "./health.ts";
import { isLocal, renderListen } from "./listen.ts";
import { type Log, openLog } from "./log.ts";
import { LogObserver } from "./log-observer.ts";
import { checkNodeVersion } from "./node-version.ts";
import { observeAll } from "./observe.ts";
import { type Service, startService } from "./service.ts";
import type { Settings } from "./settings.ts";
import { type SignalSource, type StopSignals, stopSignals } from "./stop-signals.ts";

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
  const signals = surroundings.signals ?? process;
  const stop = stopSignals(signals);
  const running = new AbortController();
  // From the first moment on: a process without a handler dies of a SIGHUP. One that comes early is not forgotten.
  const started = Promise.withResolvers<RunningServer>();
  const hangUp = (): void => void started.promise.then((server) => server.reload());
  signals.on("SIGHUP", hangUp);
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
  }
}

type RunningServer = {
  readonly service: Service;
  readonly health: Health;
  readonly reload: () => void;
};

/** Starts everything in order; undefined, with the reason logged, where that fails. */
async function start(
  settings: Settings,
  log: Log,
  running: AbortSignal,
): Promise<RunningServer | undefined> {
  const source = await openPolicy(settings, log);
  if (source === undefined) return undefined;
  const health = new Health();
  const service = await openService(settings, source, health, log, running);
  if (!service.ok) {
    log.fatal(service.error);
    return undefined;
  }
  warnOfListeners(settings, log);
  const report = async (loaded: LoadReport): Promise<void> => {
    if (!running.aborted) await logReport(loaded, log);
  };
  const fault = (error: unknown): void => logFault(error, log);
  source.start(report, running, fault);
  health.set(true);
  const listen = service.value.addresses.map(renderListen);
  log.info({ listen, revision: source.current().revision }, "serving");
  const reload = (): void => {
    source.reload().then(report).catch(fault);
  };
  return { service: service.value, health, reload };
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

async function openService(
  settings: Settings,
  source: Source,
  health: Health,
  log: Log,
  running: AbortSignal,
): Promise<Result<Service, string>> {
  const { tls, listen, resetLimit } = settings;
  const certificates = await (tls === undefined ? NO_CERTIFICATES : loadCertificates(tls));
  if (!certificates.ok) return certificates;
  const observer = observeAll([new Counters(), new LogObserver(log, settings.logRefusals)]);
  const service = await startService({
    snapshot: source.current,
    listen,
    certificates: certificates.value,
    resetLimit,
    health,
    observer,
  });
  if (service.ok && tls !== undefined && certificates.value !== undefined) {
    const renewed = (found: Certificates): void => {
      service.value.renew(found);
      log.info({ cert: tls.cert }, "certificate renewed");
    };
    const failed = (message: string): void => log.error(`${message}; the old one stays`);
    watchCertificates(tls, certificates.value, renewed, failed, running);
  }
  return service;
}

const NO_CERTIFICATES: Result<undefined, never> = ok(undefined);

function warnOfListeners(settings: Settings, log: Log): void {
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
}

/** Must not throw: where even the log fails there is nobody left to tell, and requests are to be answered still. */
function logFault(error: unknown, log: Log): void {
  try {
    log.error({ err: error }, "a reload failed: please report it as a bug");
  } catch {
    // See above.
  }
}

async function logReport(report: LoadReport, log: Log): Promise<void> {
  const { result, revision, changes, uncompared } = report;
  await logProblems(report, log);
  if (uncompared !== undefined) {
    log.error({ revision, reason: uncompared }, "what the new policy changes could not be told");
  }
  switch (result) {
    case "replaced":
      log.info({ revision, changes }, "policy replaced");
      return;
    case "rejected":
      log.error({ revision }, "policy files have errors: the last good policy stays in force");
      return;
    case "unchanged":
      log.info({ revision }, "policy unchanged");
      return;
  }
}

/** Problems that are logged in one go; a document can have 100,000 warnings, and requests wait meanwhile. */
const LOGGED_AT_ONCE = 100;

async function logProblems({ problems }: LoadReport, log: Log): Promise<void> {
  for (const [index, problem] of problems.entries()) {
    if (index % LOGGED_AT_ONCE === LOGGED_AT_ONCE - 1) await nextTurn();
    const { severity, code, file, line, column, pointer } = problem;
    const fields = { code, file, line, column, pointer };
    if (severity === "error") log.error(fields, renderProblem(problem));
    else log.warn(fields, renderProblem(problem));
  }
}

/** Lets go in reverse order: word to the peers, time for them to hear it, then for what is open; then the cut. */
async function shutDown(
  { service, health }: RunningServer,
  { drainDelay, drainTimeout }: Settings,
  log: Log,
  { insisted }: StopSignals,
): Promise<number> {
  log.info({ drainDelay, drainTimeout }, "stopping");
  health.set(false);
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
