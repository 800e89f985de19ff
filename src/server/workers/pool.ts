import cluster from "node:cluster";
import { setTimeout as wait } from "node:timers/promises";
import { ok, type Result } from "../../cors/result.ts";
import type { Answering, AnsweringOptions } from "../answering.ts";
import type { Certificates } from "../certificates.ts";
import { SERVING } from "../grpc/health.ts";
import { claimSocket, type ListenAddress } from "../listen.ts";
import { addTallies, type Tally } from "../metrics/tally.ts";
import { mergeRefusals, type RecentRefusal } from "../refusals/recent-refusals.ts";
import { Colleague } from "./colleague.ts";
import type { PostedPolicy } from "./message.ts";

/** How long a worker that takes the place of another one waits before it starts, in milliseconds. */
const PAUSE = 1000;

/**
 * Starts `--workers` processes that answer on the same listeners: this process accepts the connections and hands them
 * out in turn, so that those of Envoy's threads spread. It alone reads the policy files, which the workers are sent
 * when they change. A worker that ends is replaced, and the others go on meanwhile.
 */
export async function startWorkers(options: AnsweringOptions): Promise<Result<Answering, string>> {
  for (const address of options.settings.listen) {
    if (address.kind !== "unix") continue;
    const claimed = await claimSocket(address.path);
    if (!claimed.ok) return claimed;
  }
  // Buffers as they are, which JSON would make ten times as long.
  cluster.setupPrimary({ serialization: "advanced" });
  const pool = new WorkerPool(options);
  const addresses = await pool.fill(options.settings.workers);
  if (!addresses.ok) {
    pool.cut();
    return addresses;
  }
  return ok({
    addresses: addresses.value,
    renew: (certificates) => pool.renew(certificates),
    drain: () => pool.drain(),
    cut: () => pool.cut(),
    tally: () => pool.tally(),
    refusals: () => pool.refusals(),
    adopt: () => pool.adopt(),
  });
}

class WorkerPool {
  readonly #options: AnsweringOptions;
  readonly #workers: Set<Colleague> = new Set();
  #certificates: Certificates | undefined;
  /** The document in force, as it is sent. */
  #policy: PostedPolicy;
  /** What workers that are gone had counted when they were last asked. */
  #departed: Tally = addTallies([]);
  #isStopping = false;

  constructor(options: AnsweringOptions) {
    this.#options = options;
    this.#certificates = options.certificates;
    this.#policy = this.#inForce();
    const { health } = options;
    health.watch(() =>
      this.#each((worker) => worker.tell({ kind: "health", serving: this.#isServing })),
    );
  }

  /** Resolves once all of them listen; to the error of the first that cannot. */
  async fill(count: number): Promise<Result<readonly ListenAddress[], string>> {
    const started = await Promise.all(Array.from({ length: count }, () => this.#hire()));
    return started.find(({ ok: good }) => !good) ?? (started[0] as (typeof started)[number]);
  }

  adopt(): void {
    this.#policy = this.#inForce();
    this.#each((worker) => worker.tell({ kind: "policy", policy: this.#policy }));
  }

  renew(certificates: Certificates): void {
    this.#certificates = certificates;
    this.#each((worker) => worker.tell({ kind: "certificates", certificates }));
  }

  /** Resolves when all have finished what is open, and have ended. */
  async drain(): Promise<void> {
    this.#isStopping = true;
    this.#each((worker) => worker.tell({ kind: "drain" }));
    await Promise.all([...this.#workers].map((worker) => worker.ended));
  }

  cut(): void {
    this.#isStopping = true;
    this.#each((worker) => worker.cut());
  }

  async tally(): Promise<Tally> {
    const tallies = await Promise.all([...this.#workers].map((worker) => worker.tally()));
    return addTallies([this.#departed, ...tallies]);
  }

  async refusals(): Promise<readonly RecentRefusal[]> {
    const rings = await Promise.all([...this.#workers].map((worker) => worker.refusals()));
    return mergeRefusals(rings, this.#options.settings.consoleRefusals);
  }

  get #isServing(): boolean {
    return this.#options.health.status("") === SERVING;
  }

  #each(tell: (worker: Colleague) => void): void {
    for (const worker of this.#workers) tell(worker);
  }

  #inForce(): PostedPolicy {
    const { source } = this.#options;
    return { revision: source.status().revision, document: source.posted() };
  }

  /** Starts a worker; resolves to where it listens. */
  async #hire(): Promise<Result<readonly ListenAddress[], string>> {
    const worker = new Colleague(cluster.fork(), () => ({
      kind: "start",
      policy: this.#policy,
      certificates: this.#certificates,
      serving: this.#isServing,
    }));
    this.#workers.add(worker);
    void worker.ended.then((how) => this.#replace(worker, how));
    return worker.listening;
  }

  async #replace(worker: Colleague, how: string): Promise<void> {
    this.#workers.delete(worker);
    this.#departed = addTallies([this.#departed, { ...worker.lastTally, activeStreams: 0 }]);
    const wasListening = (await worker.listening).ok;
    // Who never listened would not the next time either: at the start that ends the program, later it is tried again.
    if (this.#isStopping || (!wasListening && this.#workers.size === 0)) return;
    const { log } = this.#options;
    log.error({ pid: worker.pid, how }, "a worker ended; another one takes its place");
    await wait(PAUSE, undefined, { ref: false });
    if (this.#isStopping) return;
    const listening = await this.#hire();
    if (!listening.ok) log.error({ reason: listening.error }, "the worker could not start");
  }
}
