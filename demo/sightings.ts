/** How many requests are remembered; the page asks about one right after it was made. */
const remembered = 500;

/** Which requests reached the service, by the mark that the page puts in their query (`?try=…`). */
export class Sightings {
  readonly #methods = new Map<string, string[]>();

  note(mark: string | null, method: string): void {
    if (mark === null) return;
    const methods = this.#methods.get(mark) ?? [];
    methods.push(method);
    this.#methods.set(mark, methods);
    const [oldest] = this.#methods.keys();
    if (this.#methods.size > remembered && oldest !== undefined) this.#methods.delete(oldest);
  }

  of(mark: string | null): readonly string[] {
    return this.#methods.get(mark ?? "") ?? [];
  }
}
