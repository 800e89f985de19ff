import { generationIn, turnOrigin } from "./generation.ts";
import type { Scenario } from "./scenario.ts";

/** As much of an answer as is judged. Names in lower case; lines of one name joined by `, `. */
export type Answer = {
  readonly status: number;
  readonly headers: {
    readonly vary?: string | undefined;
    readonly [name: string]: string | undefined;
  };
  readonly body: string;
};

export type Judgement =
  | { readonly kind: "right"; readonly generation: number | undefined }
  /** Envoy answered for want of corsd or of the service: nobody was let in, and nobody was served. */
  | { readonly kind: "unavailable"; readonly status: number }
  | { readonly kind: "wrong"; readonly because: string };

/** Envoy's answers where ext_proc or the service cannot be asked. */
const UNAVAILABLE: ReadonlySet<number> = new Set([500, 503, 504]);

const REFUSED = "Specified Origin is not allowed";

/** Whether an answer is one that this page may get, whatever happens to the processes behind. */
export function judge(scenario: Scenario, answer: Answer): Judgement {
  const { reader, origin } = scenario;
  const allowed = answer.headers["access-control-allow-origin"];
  if (allowed !== undefined && (allowed !== origin || reader === "never")) {
    return wrong(`Access-Control-Allow-Origin: ${allowed} to ${origin ?? "no page"}`);
  }
  if (allowed === undefined) return judgeUnreadable(scenario, answer);
  const generation = generationIn(answer.headers["access-control-expose-headers"]);
  if (generation === undefined) return wrong("granted, and no generation says so");
  if (origin !== undefined && typeof reader === "object" && turnOrigin(generation) !== origin) {
    return wrong(`generation ${generation} granted ${origin}`);
  }
  const granted = judgeGranted(scenario, answer);
  return granted === undefined ? { kind: "right", generation } : wrong(granted);
}

/** What is wrong with an answer that the page may read. */
function judgeGranted(scenario: Scenario, { status, headers }: Answer): string | undefined {
  if (headers["access-control-allow-credentials"] !== "true") return "no credentials";
  if (!variesByOrigin(headers)) return `Vary: ${headers.vary}`;
  if (status !== scenario.status && !UNAVAILABLE.has(status)) return `status ${status}`;
  if (!scenario.isPreflight) return undefined;
  const methods = headers["access-control-allow-methods"];
  return methods === "GET, PUT" ? undefined : `Access-Control-Allow-Methods: ${methods}`;
}

/** An answer that no page may read. */
function judgeUnreadable(scenario: Scenario, { status, headers, body }: Answer): Judgement {
  const leaked = Object.keys(headers).find((name) => name.startsWith("access-control-"));
  if (leaked !== undefined) return wrong(`${leaked} without Access-Control-Allow-Origin`);
  if (UNAVAILABLE.has(status)) return { kind: "unavailable", status };
  if (!variesByOrigin(headers)) return wrong(`Vary: ${headers.vary}`);
  if (scenario.reader === "always") return wrong(`status ${status}, not granted`);
  if (scenario.reader === "nobody asks") {
    return status === 200 ? right() : wrong(`status ${status} without Origin`);
  }
  return status === 403 && body === REFUSED ? right() : wrong(`status ${status} ${body}`);
}

function variesByOrigin(headers: Answer["headers"]): boolean {
  return (headers.vary ?? "")
    .toLowerCase()
    .split(/\s*,\s*/)
    .includes("origin");
}

function right(): Judgement {
  return { kind: "right", generation: undefined };
}

function wrong(because: string): Judgement {
  return { kind: "wrong", because };
}
