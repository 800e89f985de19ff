import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Child } from "../envoy/child.ts";
import type { Envoy } from "../envoy/start.ts";
import { type SteppedClock, steppedClock } from "./clock.ts";
import { startCorsd } from "./corsd.ts";
import { startEnvoy } from "./envoy.ts";
import { Generations } from "./generations.ts";
import { type Service, startService } from "./service.ts";

/** For how long something that was killed stays away, in milliseconds. */
const AWAY = 500;

/** Two corsd behind an Envoy in front of a service. Whoever starts it stops it. */
export class Stand {
  readonly generations: Generations;
  readonly service: Service;
  /** Of the corsd that is never killed; undefined where the machine cannot step it. */
  readonly clock: SteppedClock | undefined;
  readonly #folder: string;
  #kept: Child | undefined;
  #killed: Child | undefined;
  #envoy: Envoy | undefined;
  #port = 0;

  private constructor(
    folder: string,
    generations: Generations,
    service: Service,
    clock: SteppedClock | undefined,
  ) {
    this.#folder = folder;
    this.generations = generations;
    this.service = service;
    this.clock = clock;
  }

  static async start(): Promise<Stand> {
    const folder = await mkdtemp(join(tmpdir(), "corsd-soak-"));
    const generations = new Generations(join(folder, "policies.yaml"));
    const clock = await steppedClock(join(folder, "clock"));
    const stand = new Stand(folder, generations, await startService(), clock);
    try {
      await generations.writeGood();
      stand.#kept = await stand.#startCorsd("kept", clock?.environment ?? {});
      stand.#killed = await stand.#startCorsd("killed", {});
      await stand.#startEnvoy();
      return stand;
    } catch (error) {
      await stand.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await Promise.all([this.#envoy?.stop(), this.#kept?.stop(), this.#killed?.stop()]);
    this.service.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Of Envoy; it stays the same. */
  get port(): number {
    return this.#port;
  }

  /** The corsd that is never killed. */
  get kept(): Child {
    if (this.#kept === undefined) throw new Error("the stand is not started");
    return this.#kept;
  }

  /** What both corsd logged last. */
  get log(): string {
    return `${this.#kept?.output()}\n${this.#killed?.output()}`;
  }

  /**
   * Kills one corsd and starts it again. As under a supervisor a process that finds a bad document at its start ends, and
   * is started once more; returns how often.
   */
  async killOne(): Promise<number> {
    this.#killed?.signal("SIGKILL");
    await this.#killed?.ended;
    for (let givenUp = 0; ; givenUp += 1) {
      await pause(AWAY);
      const { bad } = this.generations;
      try {
        this.#killed = await this.#startCorsd("killed", {});
        return givenUp;
      } catch (error) {
        if (!this.generations.isBad && this.generations.bad === bad) throw error;
      }
    }
  }

  async restartEnvoy(): Promise<void> {
    await this.#envoy?.stop();
    await this.#startEnvoy();
  }

  #startCorsd(name: string, environment: NodeJS.ProcessEnv): Promise<Child> {
    return startCorsd(this.generations.file, this.#socket(name), environment);
  }

  async #startEnvoy(): Promise<void> {
    const sockets = [this.#socket("kept"), this.#socket("killed")];
    this.#envoy = await startEnvoy(this.#port, this.service.port, sockets);
    this.#port = this.#envoy.port;
  }

  #socket(name: string): string {
    return join(this.#folder, `${name}.sock`);
  }
}
