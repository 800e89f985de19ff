import { ALWAYS, NEVER, TURNS, turnOrigin } from "./generation.ts";

/** What a page asks, and who may read the answer. */
export type Scenario = {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly origin: string | undefined;
  /** `turn`: by the generation that answers. */
  readonly reader: "always" | "never" | { readonly turn: number } | "nobody asks";
  readonly isPreflight: boolean;
  /** Of an answer that is not refused. */
  readonly status: number;
};

function actual(name: string, origin: string | undefined, reader: Scenario["reader"]): Scenario {
  const headers = origin === undefined ? {} : { origin };
  return {
    name,
    method: "GET",
    path: "/orders",
    headers,
    origin,
    reader,
    isPreflight: false,
    status: 200,
  };
}

function preflight(name: string, origin: string, reader: Scenario["reader"]): Scenario {
  const asked = {
    "access-control-request-method": "PUT",
    "access-control-request-headers": "x-api-key",
  };
  return {
    ...actual(name, origin, reader),
    method: "OPTIONS",
    headers: { origin, ...asked },
    isPreflight: true,
  };
}

const turns: readonly Scenario[] = Array.from({ length: TURNS }, (_, turn) => turn).flatMap(
  (turn) => [
    actual(`turn ${turn}`, turnOrigin(turn), { turn }),
    preflight(`turn ${turn}, preflight`, turnOrigin(turn), { turn }),
  ],
);

/** A page that everyone's document admits. */
export const ADMITTED: Scenario = actual("admitted", ALWAYS, "always");

/** One after the other, by every client. */
export const SCENARIOS: readonly Scenario[] = [
  ADMITTED,
  preflight("admitted, preflight", ALWAYS, "always"),
  actual("refused", NEVER, "never"),
  preflight("refused, preflight", NEVER, "never"),
  actual("no Origin", undefined, "nobody asks"),
  ...turns,
  { ...actual("slow service", ALWAYS, "always"), path: "/orders/slow/300" },
  { ...actual("very slow service", ALWAYS, "always"), path: "/orders/slow/1500" },
  { ...actual("broken service", ALWAYS, "always"), path: "/orders/broken", status: 503 },
  { ...actual("another group", ALWAYS, "always"), path: "/reports/1" },
];
