import { type ResourceLimits, Worker } from "node:worker_threads";
import type { Contents } from "./examine.ts";
import type { Judge, Judgement, Reply, Task } from "./judge.ts";
import type { PackedDocument } from "./packed-document.ts";
import { share } from "./parcel.ts";

/** Longest time that contents may take to be judged and compared, in milliseconds: the largest take a few seconds. */
const TIME_LIMIT = 60_000;

/**
 * After so many milliseconds without a task the thread ends: it holds a hundred MiB after a large document, and a few
 * tenths of a second start it again.
 */
const IDLE_TIME = 500;

/** What the thread may hold. A document of 8 MiB takes up to about 700 MiB where the YAML parser has to read it. */
const LIMITS: ResourceLimits = { maxOldGenerationSizeMb: 2048 };

export type WorkerJudgeOptions = {
  /** Left out, the thread of this program. */
  readonly entry?: URL;
  readonly timeLimit?: number;
  readonly idleTime?: number;
  readonly limits?: ResourceLimits;
};

type Post = {
  readonly judged: PromiseWithResolvers<Judgement>;
  readonly compared: PromiseWithResolvers<readonly string[]>;
  readonly deadline: NodeJS.Timeout;
};

/** A thread and the task it is at. */
type Desk = { readonly worker: Worker; task: Post | undefined; idle: NodeJS.Timeout | undefined };

/**
 * Judges in a thread of its own, so that requests are answered meanwhile. The thread is started for a task and ends
 * some time after the last one; one that crashes, runs out of memory or takes too long is ended, and its task with it.
 * One task at a time: who asks again before `changes` are there gives up the first.
 */
export class WorkerJudge implements Judge {
  readonly #options: Required<WorkerJudgeOptions>;
  #desk: Desk | undefined;

  constructor(options: WorkerJudgeOptions = {}) {
    const defaults = { timeLimit: TIME_LIMIT, idleTime: IDLE_TIME, limits: LIMITS };
    this.#options = { entry: workerEntry(), ...defaults, ...options };
  }

  judge(contents: Contents, before: PackedDocument | undefined): Promise<Judgement> {
    if (this.#desk?.task !== undefined) this.#close(this.#desk, new Error("it was given up"));
    const desk = this.#desk ?? this.#open();
    clearTimeout(desk.idle);
    desk.worker.ref();
    const { timeLimit } = this.#options;
    const late = (): void =>
      this.#close(desk, new Error(`it took longer than ${timeLimit / 1000} s`));
    const task: Post = {
      judged: Promise.withResolvers(),
      compared: Promise.withResolvers(),
      deadline: setTimeout(late, timeLimit),
    };
    // Nobody may ever ask for the changes; that they could not be told is no unhandled rejection.
    task.compared.promise.catch(() => undefined);
    desk.task = task;
    const files = contents.files.map(({ file, bytes }) => ({ file, bytes: share(bytes) }));
    desk.worker.postMessage({ contents: { ...contents, files }, before } satisfies Task);
    return task.judged.promise;
  }

  rest(): void {
    if (this.#desk !== undefined) this.#close(this.#desk, new Error("the server stops"));
  }

  #open(): Desk {
    const { entry, limits } = this.#options;
    // Without the flags of the process: those for V8 hold in all threads anyway, and others are not for this one.
    const worker = new Worker(entry, { execArgv: [], resourceLimits: limits });
    const desk: Desk = { worker, task: undefined, idle: undefined };
    const fail = (error: Error): void => this.#close(desk, error);
    worker.on("message", (reply: Reply) => this.#hear(desk, reply));
    worker.on("messageerror", fail);
    worker.on("error", fail);
    worker.on("exit", (code) => fail(new Error(`its thread ended with code ${code}`)));
    this.#desk = desk;
    return desk;
  }

  #hear(desk: Desk, reply: Reply): void {
    const { task } = desk;
    if (task === undefined) return;
    if (reply.kind === "judged") {
      const { problems, packed } = reply;
      task.judged.resolve({ problems, packed, changes: task.compared.promise });
      return;
    }
    task.compared.resolve(reply.changes);
    clearTimeout(task.deadline);
    desk.task = undefined;
    // A thread that has nothing to do does not keep the process.
    desk.worker.unref();
    desk.idle = setTimeout(() => this.#close(desk), this.#options.idleTime).unref();
  }

  #close(desk: Desk, reason: Error = new Error("it is over")): void {
    if (this.#desk === desk) this.#desk = undefined;
    clearTimeout(desk.idle);
    clearTimeout(desk.task?.deadline);
    desk.task?.judged.reject(reason);
    desk.task?.compared.reject(reason);
    desk.task = undefined;
    void desk.worker.terminate();
  }
}

/** The sources run as they are, and built: the thread begins in the same form as this file. */
function workerEntry(): URL {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return new URL(`./judge-worker.${extension}`, import.meta.url);
}
