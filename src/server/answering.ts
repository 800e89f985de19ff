import { ok, type Result } from "../cors/result.ts";
import type { Source } from "../source/source.ts";
import type { Certificates } from "./certificates.ts";
import type { Health } from "./grpc/health.ts";
import type { Log } from "./log/log.ts";
import { LogObserver } from "./log/log-observer.ts";
import { Counters } from "./metrics/counters.ts";
import { readLoopTime } from "./metrics/process-usage.ts";
import type { Tally } from "./metrics/tally.ts";
import { observeAll } from "./observe.ts";
import { type Service, startService } from "./service.ts";
import type { Settings } from "./settings.ts";
import { startWorkers } from "./workers/pool.ts";

/** Those who answer Envoy: this process, or workers of it. */
export type Answering = Service & {
  /** What all of them counted since the start. */
  readonly tally: () => Promise<Tally>;
  /** Another document is in force: to be called after each change. */
  readonly adopt: () => void;
};

export type AnsweringOptions = {
  readonly settings: Settings;
  /** With a document in force. */
  readonly source: Source;
  /** Undefined: plaintext. */
  readonly certificates: Certificates | undefined;
  readonly health: Health;
  readonly log: Log;
};

/** Binds the data listeners and answers on them; the error is one line. */
export function startAnswering(options: AnsweringOptions): Promise<Result<Answering, string>> {
  return options.settings.workers === 1 ? answerHere(options) : startWorkers(options);
}

async function answerHere(options: AnsweringOptions): Promise<Result<Answering, string>> {
  const { settings, source, certificates, health, log } = options;
  const counters = new Counters();
  const service = await startService({
    snapshot: source.current,
    listen: settings.listen,
    certificates,
    resetLimit: settings.resetLimit,
    health,
    observer: observeAll([counters, new LogObserver(log, settings.logRefusals)]),
  });
  if (!service.ok) return service;
  // The service asks for the snapshot in force at each exchange: there is nobody to be told.
  return ok({
    ...service.value,
    tally: async () => ({ ...counters.counts(), ...readLoopTime() }),
    adopt: () => {},
  });
}
