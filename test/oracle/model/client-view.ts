import type { Line } from "./request.ts";
import { isToken } from "./requested.ts";
import type { Answer } from "./verdict.ts";

/** What the client sees of the exchange. */
export type View = {
  readonly reached: boolean;
  readonly status: number;
  /** Empty where the service answers: its body is not ours. */
  readonly body: string;
  /** All lines but Vary, sorted by name; lines of one name in their order. */
  readonly headers: readonly Line[];
  /** The names of all Vary lines together, in their order. */
  readonly vary: readonly string[];
};

/** What the service answers if it is reached; Vary and Access-Control-Allow-Origin in one line, as Envoy joins them. */
export type ServiceResponse = { readonly status: number; readonly headers: readonly Line[] };

const MAX_EXPOSED_NAMES = 64;
const MAX_EXPOSED_BYTES = 4_096;

export function viewOf(answer: Answer, service: ServiceResponse): View {
  if (answer.kind === "instead") {
    const { status, body, headers, vary } = answer;
    return { reached: false, status, body, headers: sorted(headers), vary };
  }
  const { status, headers } = service;
  const others = headers.filter(([name]) => name !== "vary");
  const served = varyNames(headers);
  const view = { reached: true, status, body: "" };
  if (answer.kind === "untouched") return { ...view, headers: sorted(others), vary: served };
  const isTheirs = (name: string): boolean =>
    name.startsWith("access-control-") || (answer.timing && name === "timing-allow-origin");
  const set = [...answer.headers];
  const exposed = answer.exposeNames ? ownNames(headers).join(", ") : "";
  if (exposed !== "") set.push(["access-control-expose-headers", exposed]);
  const kept = others.filter(([name]) => !isTheirs(name));
  return { ...view, headers: sorted([...kept, ...set]), vary: merged(served, answer.vary) };
}

/** The names of this very response's headers, up to the first that is too much. */
function ownNames(headers: readonly Line[]): readonly string[] {
  const names: string[] = [];
  for (const [name] of headers) {
    if (!isToken(name) || names.includes(name)) continue;
    if (name.startsWith("access-control-") || name.startsWith("set-cookie")) continue;
    names.push(name);
    if (names.length > MAX_EXPOSED_NAMES || names.join(", ").length > MAX_EXPOSED_BYTES) {
      return names.slice(0, -1);
    }
  }
  return names;
}

export function varyNames(headers: readonly Line[]): readonly string[] {
  return headers
    .filter(([name]) => name === "vary")
    .flatMap(([, value]) => value.split(","))
    .map((name) => name.replace(/^[ \t]+|[ \t]+$/g, ""))
    .filter((name) => name !== "");
}

/** No name twice, `*` left alone, the service's names kept. */
function merged(served: readonly string[], ours: readonly string[]): readonly string[] {
  if (ours.length === 0 || served.includes("*")) return served;
  const names: string[] = [];
  for (const name of [...served, ...ours]) {
    const isThere = names.some((other) => other.toLowerCase() === name.toLowerCase());
    if (!isThere) names.push(name);
  }
  return names;
}

export function sorted(headers: readonly Line[]): readonly Line[] {
  return [...headers].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
}
