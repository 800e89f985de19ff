import type { Worker } from "node:cluster";
import { err, ok, type Result } from "../../cors/result.ts";
import type { ListenAddress } from "../listen.ts";
import { addTallies, type Tally } from "../metrics/tally.ts";
import type { RecentRefusal } from "../refusals/recent-refusals.ts";
import type { FromWorker, Question, Reply, ToWorker } from "./message.ts";

/** A worker that has not answered a question by then is busy or lost: it is not waited for. In milliseconds. */
const ANSWER_TIMEOUT = 1000;

/** A worker process as the primary process sees it. */
export class Colleague {
  /** Where it listens, or why it does not: one line. */
  readonly listening: Promise<Result<readonly ListenAddress[], string>>;
  /** Words for how it ended. */
  readonly ended: Promise<string>;
  /** What it had counted when it last said so. */
  lastTally: Tally = addTallies([]);
  readonly #worker: Worker;
  readonly #start: () => ToWorker;
  readonly #listening: PromiseWithResolvers<Result<readonly ListenAddress[], string>> =
    Promise.withResolvers();
  readonly #asked: Map<number, (reply: Reply) => void> = new Map();
  #requests = 0;

  /** `start` makes what it is told first, once it is up: it was not there to be told what happened before. */
  constructor(worker: Worker, start: () => ToWorker) {
    this.#worker = worker;
    this.#start = start;
    this.listening = this.#listening.promise;
    this.ended = new Promise((resolve) => {
      worker.once("exit", (code: number, signal: string | null) => {
        const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
        this.#listening.resolve(err(`a worker ended while it started: ${how}`));
        resolve(how);
      });
    });
    worker.on("message", (message: FromWorker) => this.#hear(message));
    // A message that could not be sent is one to a worker that is gone.
    worker.on("error", () => {});
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  tell(message: ToWorker): void {
    if (this.#worker.isConnected()) this.#worker.send(message);
  }

  cut(): void {
    this.#worker.process.kill("SIGKILL");
  }

  /** What it has counted; what it said last stands where it does not answer. */
  async tally(): Promise<Tally> {
    const reply = await this.#ask("tally");
    if (reply?.kind === "tally") this.lastTally = reply.tally;
    return this.lastTally;
  }

  /** The last ones; none where it does not answer. */
  async refusals(): Promise<readonly RecentRefusal[]> {
    const reply = await this.#ask("refusals");
    return reply?.kind === "refusals" ? reply.refusals : [];
  }

  /** Undefined: it has not answered, and is not waited for. */
  async #ask(kind: Question["kind"]): Promise<Reply | undefined> {
    this.#requests += 1;
    const request = this.#requests;
    const answered = Promise.withResolvers<Reply | undefined>();
    this.#asked.set(request, answered.resolve);
    this.tell({ kind, request });
    const late = setTimeout(() => answered.resolve(undefined), ANSWER_TIMEOUT);
    const gone = this.ended.then(() => undefined);
    const reply = await Promise.race([answered.promise, gone]);
    clearTimeout(late);
    this.#asked.delete(request);
    return reply;
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case "up":
        this.tell(this.#start());
        return;
      case "listening":
        this.#listening.resolve(ok(message.addresses));
        return;
      case "failed":
        this.#listening.resolve(err(message.error));
        return;
      case "tally":
      case "refusals":
        this.#asked.get(message.request)?.(message);
        return;
    }
  }
}
