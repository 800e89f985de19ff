/** How many closed streams are remembered: frames that were under way when one closed come soon after. */
const REMEMBERED = 1024;

/** Who closed the latest streams: what may still come on one depends on it (RFC 9113 section 5.1). */
export class ClosedStreams {
  /** A ring; what this side closed is below 0. */
  readonly #ids: Int32Array = new Int32Array(REMEMBERED);
  #next = 0;

  add(stream: number, by: "us" | "peer"): void {
    this.#ids[this.#next] = by === "us" ? -stream : stream;
    this.#next = (this.#next + 1) % REMEMBERED;
  }

  /** Undefined: not among the latest, or never open. */
  closedBy(stream: number): "us" | "peer" | undefined {
    if (this.#ids.includes(-stream)) return "us";
    return this.#ids.includes(stream) ? "peer" : undefined;
  }
}
