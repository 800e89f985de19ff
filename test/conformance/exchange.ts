import type { ExpectedExchange, Line } from "./case.ts";

/** What a client sees of an exchange, and whether the service was reached. */
export type SeenExchange = {
  readonly reached: boolean;
  readonly status: number;
  /** All lines, with lower-case names. */
  readonly headers: readonly Line[];
  readonly body: string;
};

/** The part of an exchange that a case speaks of, so that what is seen and what is expected can be compared whole. */
export type Comparable = {
  readonly reached: boolean;
  readonly status: number;
  readonly headers: { readonly [name: string]: readonly string[] };
  readonly vary: readonly string[];
  readonly body: string;
};

export function seen(exchange: SeenExchange, expected: ExpectedExchange): Comparable {
  const headers: Record<string, string[]> = {};
  for (const [name, value] of exchange.headers) {
    if (!isRelevant(name) && expected.headers[name] === undefined) continue;
    headers[name] ??= [];
    headers[name].push(value);
  }
  const vary = exchange.headers.flatMap(([name, value]) =>
    name === "vary" ? value.split(",").map((element) => element.trim()) : [],
  );
  const { reached, status, body } = exchange;
  return { reached, status, headers, vary: vary.filter((name) => name !== "").sort(), body };
}

export function expected(exchange: ExpectedExchange): Comparable {
  const headers = Object.entries(exchange.headers).map(([name, value]) => [
    name,
    typeof value === "string" ? [value] : value,
  ]);
  return {
    ...exchange,
    headers: Object.fromEntries(headers),
    vary: [...exchange.vary].sort(),
  };
}

/** Headers that a case has to name if they are there. */
function isRelevant(name: string): boolean {
  return (
    name.startsWith("access-control-") || name === "timing-allow-origin" || name === "cache-control"
  );
}
