import type { LoadReport } from "../../source/source.ts";
import type { Series } from "./tally.ts";

type Result = LoadReport["result"];

/** Counts what became of each reload. */
export class Reloads {
  readonly #counts: Record<Result, number> = { replaced: 0, rejected: 0, unchanged: 0 };

  add({ result }: Pick<LoadReport, "result">): void {
    this.#counts[result] += 1;
  }

  series(): readonly Series[] {
    return Object.entries(this.#counts).map(([result, count]) => ({ labels: { result }, count }));
  }
}
