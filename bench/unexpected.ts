import { UNEXPECTED } from "./envoy-config.ts";

/** Counts the answers that an Envoy logged because they were not 200, by what it says of them. */
export class Unexpected {
  #counts: Map<string, number> = new Map();
  #rest = "";

  /** Takes Envoy's output as it comes. */
  take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.startsWith(UNEXPECTED)) continue;
      const what = line.slice(UNEXPECTED.length);
      this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
    }
  }

  /** What was counted since the last call, by status and Envoy's reason. */
  drain(): ReadonlyMap<string, number> {
    const counts = this.#counts;
    this.#counts = new Map();
    return counts;
  }
}
