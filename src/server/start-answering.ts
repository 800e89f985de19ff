import { ok, type Result } from "../cors/result.ts";
import type { Answering, AnsweringOptions } from "./answering.ts";
import { LogObserver } from "./log/log-observer.ts";
import { Counters } from "./metrics/counters.ts";
import { readLoopTime } from "./metrics/process-usage.ts";
import { observeAll } from "./observe.ts";
import { RecentRefusals } from "./refusals/recent-refusals.ts";
import { startService } from "./service.ts";
import { startWorkers } from "./workers/pool.ts";

/** Binds the data listeners and answers on them; the error is one line. */
export function startAnswering(options: AnsweringOptions): Promise<Result<Answering, string>> {
  return options.settings.workers === 1 ? answerHere(options) : startWorkers(options);
}

async function answerHere(options: AnsweringOptions): Promise<Result<Answering, string>> {
  const { settings, source, certificates, health, log } = options;
  const counters = new Counters();
  const refusals = new RecentRefusals(settings.consoleRefusals);
  const service = await startService({
    snapshot: source.current,
    listen: settings.listen,
    socketMode: settings.socketMode,
    certificates,
    clientNames: settings.clientNames,
    resetLimit: settings.resetLimit,
    health,
    observer: observeAll([counters, new LogObserver(log, settings.logRefusals), refusals]),
  });
  if (!service.ok) return service;
  // The service asks for the snapshot in force at each exchange: there is nobody to be told.
  return ok({
    ...service.value,
    tally: async () => ({ ...counters.counts(), ...readLoopTime() }),
    refusals: async () => refusals.list(),
    adopt: () => {},
  });
}
