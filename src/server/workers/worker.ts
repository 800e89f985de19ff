import type { Snapshot } from "../../cors/snapshot.ts";
import { openPosted } from "../../source/posted-document.ts";
import { Health } from "../grpc/health.ts";
import type { Log } from "../log/log.ts";
import { LogObserver } from "../log/log-observer.ts";
import { logBug } from "../log/log-reload.ts";
import { Counters } from "../metrics/counters.ts";
import { readLoopTime } from "../metrics/process-usage.ts";
import { observeAll } from "../observe.ts";
import { RecentRefusals } from "../refusals/recent-refusals.ts";
import { type Service, startService } from "../service.ts";
import type { Settings } from "../settings.ts";
import type { FromWorker, Order, PostedPolicy, ToWorker } from "./message.ts";

const FAILED = 1;

/** Signals go to a whole group of processes at a terminal: the primary process alone decides what they mean. */
const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Runs a worker process until the primary process is done with it; returns its exit code. */
export async function runWorker(settings: Settings, log: Log): Promise<number> {
  for (const signal of SIGNALS) process.on(signal, () => {});
  const worker = new WorkerProcess(settings, log);
  const ended = new Promise<number>((resolve) => {
    process.on("message", (message: ToWorker) => {
      worker.hear(message).then(
        (code) => code === undefined || resolve(code),
        (error: unknown) => {
          logBug(error, "a worker failed", log);
          resolve(FAILED);
        },
      );
    });
  });
  tell({ kind: "up" });
  const code = await ended;
  process.disconnect();
  return code;
}

function tell(message: FromWorker): void {
  process.send?.(message);
}

class WorkerProcess {
  readonly #settings: Settings;
  readonly #log: Log;
  readonly #health: Health = new Health();
  readonly #counters: Counters = new Counters();
  readonly #refusals: RecentRefusals;
  #snapshot: Snapshot | undefined;
  #service: Service | undefined;
  /** Ends when what was said so far is done. */
  #busy: Promise<unknown> = Promise.resolve();

  constructor(settings: Settings, log: Log) {
    this.#settings = settings;
    this.#log = log;
    this.#refusals = new RecentRefusals(settings.consoleRefusals);
  }

  /** Does what it is told, one after the other; the exit code where it is done for. Questions are answered at once. */
  hear(message: ToWorker): Promise<number | undefined> {
    if (message.kind === "tally") {
      const tally = { ...this.#counters.counts(), ...readLoopTime() };
      tell({ ...message, kind: "tally", tally });
      return Promise.resolve(undefined);
    }
    if (message.kind === "refusals") {
      tell({ ...message, kind: "refusals", refusals: this.#refusals.list() });
      return Promise.resolve(undefined);
    }
    const done = this.#busy.then(() => this.#obey(message));
    this.#busy = done;
    return done;
  }

  async #obey(message: Order): Promise<number | undefined> {
    switch (message.kind) {
      case "start":
        return this.#start(message);
      case "policy":
        await this.#adopt(message.policy);
        return undefined;
      case "certificates":
        this.#service?.renew(message.certificates);
        return undefined;
      case "health":
        this.#health.set(message.serving);
        return undefined;
      case "drain":
        await this.#service?.drain();
        return 0;
    }
  }

  async #start({
    policy,
    certificates,
    serving,
  }: Extract<Order, { kind: "start" }>): Promise<number | undefined> {
    await this.#adopt(policy);
    const { listen, socketMode, clientNames, resetLimit, logRefusals } = this.#settings;
    const service = await startService({
      snapshot: () => this.#inForce(),
      listen,
      socketMode,
      // The primary process has seen to the socket files, which are there by now.
      areSocketsClaimed: true,
      certificates,
      clientNames,
      resetLimit,
      health: this.#health,
      observer: observeAll([
        this.#counters,
        new LogObserver(this.#log, logRefusals),
        this.#refusals,
      ]),
    });
    if (!service.ok) {
      tell({ kind: "failed", error: service.error });
      return FAILED;
    }
    this.#service = service.value;
    this.#health.set(serving);
    tell({ kind: "listening", addresses: service.value.addresses });
    return undefined;
  }

  async #adopt({ document, revision }: PostedPolicy): Promise<void> {
    this.#snapshot = await openPosted(document, revision);
  }

  #inForce(): Snapshot {
    if (this.#snapshot === undefined) throw new Error("no policy document was sent");
    return this.#snapshot;
  }
}
