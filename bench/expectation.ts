import type { Traffic } from "./traffic.ts";
import type { Setup } from "./variant.ts";

/** The part of an answer that CORS is about. */
export type Answer = {
  readonly status: number;
  /** Every `access-control-*` and `timing-allow-origin`. */
  readonly headers: { readonly [name: string]: string };
  /** The names in all lines of Vary, sorted; a name twice stands twice. */
  readonly vary: readonly string[];
};

/** What a right variant answers. A broken one would be fast, and its figures would mean nothing. */
export function expectedAnswer(
  setup: Setup,
  traffic: Traffic,
  origin = "https://app.example.com",
): Answer {
  if (setup === "no-filter") return { status: 200, headers: {}, vary: [] };
  // Envoy's own filter leaves Vary to others.
  const varies = (names: readonly string[]): readonly string[] =>
    setup === "native-cors" ? [] : names;
  switch (traffic) {
    case "no-origin":
      return { status: 200, headers: {}, vary: varies(["origin"]) };
    case "actual":
      return {
        status: 200,
        headers: {
          "access-control-allow-credentials": "true",
          "access-control-allow-origin": origin,
          "access-control-expose-headers": "x-total-count",
        },
        vary: varies(["origin"]),
      };
    case "preflight":
      return {
        status: 200,
        headers: {
          "access-control-allow-credentials": "true",
          "access-control-allow-headers": "content-type, x-api-key",
          "access-control-allow-methods": "GET, POST, PUT",
          "access-control-allow-origin": origin,
          "access-control-max-age": "900",
          // Envoy's own filter sends it here too; Fetch reads it on actual responses only.
          ...(setup === "native-cors" ? { "access-control-expose-headers": "x-total-count" } : {}),
        },
        vary: varies(["access-control-request-headers", "access-control-request-method", "origin"]),
      };
  }
}

/** How many messages Envoy sends to the server for one request; undefined: there is no server. */
export function expectedMessages(setup: Setup, traffic: Traffic): number | undefined {
  switch (setup) {
    case "no-filter":
    case "native-cors":
    case "lua":
      return undefined;
    case "full":
      return traffic === "preflight" ? 1 : 2;
    case "skipping":
      return { preflight: 1, actual: 2, "no-origin": 0 }[traffic];
    case "request-only":
      return 1;
  }
}
