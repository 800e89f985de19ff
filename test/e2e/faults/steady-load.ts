import { Agent, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

/** How one request ended; times in milliseconds of `performance.now()`. */
export type Ending = {
  readonly origin: string;
  readonly sentAt: number;
  readonly endedAt: number;
  /** The status, or why there was no answer. */
  readonly status: number | string;
  /** Access-Control-Allow-Origin. */
  readonly allowed: string | undefined;
};

/**
 * Keeps asking for `/orders` through one Envoy, from page after page, `lanes` requests at a time and each lane
 * resting for `rest` milliseconds between two, until it is stopped. Nothing is tried again.
 */
export class SteadyLoad {
  readonly endings: Ending[] = [];
  readonly #agent: Agent;
  readonly #lanes: Promise<unknown>;
  #isOver = false;

  constructor(options: {
    readonly port: number;
    readonly origins: readonly string[];
    readonly lanes: number;
    readonly rest: number;
  }) {
    const { port, origins, lanes, rest } = options;
    this.#agent = new Agent({ keepAlive: true, maxSockets: lanes });
    const run = async (): Promise<void> => {
      for (let turn = 0; !this.#isOver; turn += 1) {
        this.endings.push(await this.#ask(port, origins[turn % origins.length] as string));
        await pause(rest);
      }
    };
    this.#lanes = Promise.all(Array.from({ length: lanes }, run));
  }

  /** Those of the requests sent from then on that have ended by now. */
  since(time: number): readonly Ending[] {
    return this.endings.filter(({ sentAt }) => sentAt >= time);
  }

  /** Ends with the requests that are under way. */
  async stop(): Promise<readonly Ending[]> {
    this.#isOver = true;
    await this.#lanes;
    this.#agent.destroy();
    return this.endings;
  }

  #ask(port: number, origin: string): Promise<Ending> {
    const sentAt = performance.now();
    return new Promise((resolve) => {
      const end = (status: number | string, allowed?: string): void =>
        resolve({ origin, sentAt, endedAt: performance.now(), status, allowed });
      const options = { port, host: "127.0.0.1", path: "/orders", headers: { origin } };
      const asked = request({ ...options, agent: this.#agent }, (answer) => {
        answer.resume();
        answer.once("error", (error) => end(error.message));
        answer.once("end", () =>
          end(answer.statusCode ?? 0, answer.headers["access-control-allow-origin"]),
        );
      });
      asked.once("error", (error) => end(error.message));
      asked.end();
    });
  }
}

/** The different endings, each with how often it was. */
export function tally(endings: readonly Ending[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status, allowed } of endings) {
    const ending = `${status} ${allowed ?? "-"}`;
    counts[ending] = (counts[ending] ?? 0) + 1;
  }
  return counts;
}
