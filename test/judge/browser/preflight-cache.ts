// "CORS-preflight cache" of Fetch, 4.9. Time stands still here: an entry is one that lives longer than a scenario.

/** Who keeps, of which URL. */
type Key = { readonly origin: string; readonly url: string; readonly include: boolean };

type Entry = Key & { readonly kind: "method" | "header"; readonly value: string };

export class PreflightCache {
  #entries: Entry[] = [];

  keep(key: Key, methods: readonly string[], headers: readonly string[]): void {
    const entry = (kind: Entry["kind"]) => (value: string) => ({ ...key, kind, value });
    this.#entries.push(...methods.map(entry("method")), ...headers.map(entry("header")));
  }

  /** "method cache entry match". */
  holdsMethod(key: Key, method: string): boolean {
    return this.#holds(key, "method", (value) => value === method || value === "*");
  }

  /** "header-name cache entry match". */
  holdsHeader(key: Key, name: string): boolean {
    return this.#holds(
      key,
      "header",
      (value) => value.toLowerCase() === name || (value === "*" && name !== "authorization"),
    );
  }

  /** "clear cache entries". */
  clear({ origin, url }: Key): void {
    this.#entries = this.#entries.filter((entry) => entry.origin !== origin || entry.url !== url);
  }

  /** "cache entry match": what was kept with credentials serves requests without them too. */
  #holds(key: Key, kind: Entry["kind"], fits: (value: string) => boolean): boolean {
    return this.#entries.some(
      (entry) =>
        entry.kind === kind &&
        entry.origin === key.origin &&
        entry.url === key.url &&
        (entry.include || !key.include) &&
        fits(entry.value),
    );
  }
}
