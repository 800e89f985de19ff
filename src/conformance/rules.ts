import { CORS_SAFELISTED_METHODS } from "../cors/check.ts";
import { type Answer, type Expected, elementsOf, linesOf, type Probe } from "./case.ts";

/** What an answer has that it must not have, or the other way round. */
export type Fault = { readonly expected: string; readonly came: string };

export type Rule = {
  /** Stable, for programs. */
  readonly id: string;
  /** The standard that says so. */
  readonly cite: string;
  readonly judge: (seen: Seen) => Fault | undefined;
};

export type Seen = { readonly probe: Probe; readonly answer: Answer; readonly expected: Expected };

const ORIGIN = "access-control-allow-origin";
const CREDENTIALS = "access-control-allow-credentials";
const METHODS = "access-control-allow-methods";
const HEADERS = "access-control-allow-headers";
const EXPOSED = "access-control-expose-headers";
const MAX_AGE = "access-control-max-age";

/** In the order of a report. */
export const RULES: readonly Rule[] = [
  {
    id: "one-allow-origin",
    cite: "Fetch, CORS check: one value, or none of them counts",
    judge: ({ answer }) => {
      const lines = linesOf(answer.headers, ORIGIN);
      const isOne = lines.length < 2 && !lines.some((line) => line.includes(","));
      return isOne ? undefined : fault("at most one line with one origin", shown(lines));
    },
  },
  {
    id: "origin-echoed",
    cite: "Fetch, CORS check: `*`, or byte for byte the Origin",
    judge: ({ probe, answer }) => {
      const origins = linesOf(probe.headers, "origin");
      const [line] = linesOf(answer.headers, ORIGIN);
      if (origins.length === 0 || line === undefined || line === "*") return undefined;
      const isEcho = origins.length === 1 && line === origins[0];
      return isEcho ? undefined : fault("no origin but the one received", shown([line]));
    },
  },
  {
    id: "no-star-with-credentials",
    cite: "Fetch, CORS check: `*` and credentials together let nobody in",
    judge: ({ answer }) => {
      const isStar = linesOf(answer.headers, ORIGIN).includes("*");
      return isStar && hasCredentials(answer)
        ? fault("an origin beside credentials", "*")
        : undefined;
    },
  },
  {
    id: "credentials-true",
    cite: "Fetch, HTTP responses: `true`, with case, or no header",
    judge: ({ answer }) => {
      const lines = linesOf(answer.headers, CREDENTIALS);
      const isGood = lines.length === 0 || (lines.length === 1 && lines[0] === "true");
      return isGood ? undefined : fault("`true`, or no header", shown(lines));
    },
  },
  {
    id: "no-star-in-lists",
    cite: "Fetch, HTTP new-header syntax: beside credentials `*` is a name like others",
    judge: ({ answer }) => {
      const starred = [METHODS, HEADERS, EXPOSED].filter((name) => has(answer, name, "*"));
      return starred.length > 0 && hasCredentials(answer)
        ? fault("names written out beside credentials", `* in ${starred.join(", ")}`)
        : undefined;
    },
  },
  {
    id: "max-age",
    cite: "Fetch, HTTP new-header syntax: delta-seconds (RFC 9111, 1.2.2)",
    judge: ({ answer }) => {
      const lines = linesOf(answer.headers, MAX_AGE);
      const isGood = lines.length === 0 || (lines.length === 1 && /^\d+$/.test(lines.join()));
      return isGood ? undefined : fault("whole seconds, in one line", shown(lines));
    },
  },
  {
    id: "vary-origin",
    cite: "Fetch, CORS protocol and HTTP caches; RFC 9110, 12.5.5",
    judge: ({ probe, answer, expected }) => {
      const lines = linesOf(answer.headers, ORIGIN);
      // OPTIONS is kept in no cache, and where nobody speaks of CORS nothing varies.
      const isOpen = expected.kind === "untouched" && lines.length === 0;
      if (probe.method === "OPTIONS" || lines.includes("*") || isOpen) return undefined;
      const varies = has(answer, "vary", "origin") || has(answer, "vary", "*");
      return varies ? undefined : fault("Origin in Vary", varyOf(answer));
    },
  },
  {
    id: "admitted",
    cite: "Fetch, CORS check",
    judge: ({ probe, answer, expected }) => {
      if (expected.kind !== "admitted") return undefined;
      const [line] = linesOf(answer.headers, ORIGIN);
      const [origin = ""] = linesOf(probe.headers, "origin");
      const isIn = line === origin || (line === "*" && !expected.credentials);
      return isIn
        ? undefined
        : fault(`${ORIGIN}: ${origin}`, shown(linesOf(answer.headers, ORIGIN)));
    },
  },
  {
    id: "credentials",
    cite: "Fetch, CORS protocol and credentials",
    judge: ({ answer, expected }) => {
      if (expected.kind !== "admitted") return undefined;
      const allows = hasCredentials(answer);
      if (allows === expected.credentials) return undefined;
      return fault(
        expected.credentials ? `${CREDENTIALS}: true` : `no ${CREDENTIALS}`,
        shown(linesOf(answer.headers, CREDENTIALS)),
      );
    },
  },
  {
    id: "preflight-ok",
    cite: "Fetch, CORS-preflight fetch: an ok status",
    judge: ({ probe, answer: { status }, expected }) => {
      if (expected.kind !== "admitted" || probe.method !== "OPTIONS") return undefined;
      return status >= 200 && status <= 299
        ? undefined
        : fault("a status of 200 to 299", `${status}`);
    },
  },
  {
    id: "method-allowed",
    cite: "Fetch, CORS-preflight fetch: the method, unless it is safelisted",
    judge: ({ probe, answer, expected }) => {
      const [method] = linesOf(probe.headers, "access-control-request-method");
      if (expected.kind !== "admitted" || method === undefined) return undefined;
      const methods = elementsOf(answer.headers, METHODS);
      const isStar = methods.includes("*") && !hasCredentials(answer);
      const isIn = CORS_SAFELISTED_METHODS.has(method) || methods.includes(method) || isStar;
      return isIn ? undefined : fault(`${method} in ${METHODS}`, shown(methods));
    },
  },
  {
    id: "headers-allowed",
    cite: "Fetch, CORS-preflight fetch: every name that is asked for",
    judge: ({ probe, answer, expected }) => {
      if (expected.kind !== "admitted") return undefined;
      const isStar = has(answer, HEADERS, "*") && !hasCredentials(answer);
      const missing = elementsOf(probe.headers, "access-control-request-headers").filter(
        (name) => !has(answer, HEADERS, name) && !(isStar && name !== "authorization"),
      );
      return missing.length === 0
        ? undefined
        : fault(`${missing[0]} in ${HEADERS}`, shown(elementsOf(answer.headers, HEADERS)));
    },
  },
  {
    id: "refused",
    cite: "Fetch, CORS protocol: who shares nothing says nothing",
    judge: ({ answer, expected }) => {
      const found = corsHeaders(answer);
      if (expected.kind !== "refused" || found.length === 0) return undefined;
      return fault("no CORS header", shown(found));
    },
  },
  {
    id: "unlisted",
    cite: "Fetch, CORS-preflight fetch: what is not listed is not allowed",
    judge: ({ answer, expected }) => {
      if (expected.kind !== "unlisted") return undefined;
      const list = expected.list === "methods" ? METHODS : HEADERS;
      const found = [expected.name, "*"].find((name) => has(answer, list, name));
      return found === undefined ? undefined : fault(`no ${expected.name} in ${list}`, found);
    },
  },
  {
    id: "status",
    cite: "the policy document",
    judge: ({ answer: { status }, expected }) => {
      const wanted = expected.kind === "decided" ? expected.status : undefined;
      if (wanted === undefined || status === wanted) return undefined;
      return fault(String(wanted), String(status));
    },
  },
  {
    id: "headers",
    cite: "the policy document",
    judge: ({ answer, expected }) => {
      if (expected.kind !== "decided") return undefined;
      const counts = (line: string): boolean =>
        !(expected.exposesReceived && line.startsWith(EXPOSED));
      const wanted = corsHeaders({ status: 0, headers: expected.headers }).filter(counts);
      const came = corsHeaders(answer).filter(counts);
      const [missing] = wanted.filter((line) => !came.includes(line));
      const [added] = came.filter((line) => !wanted.includes(line));
      if (missing === undefined && added === undefined && wanted.length === came.length) {
        return undefined;
      }
      return fault(shown(wanted), shown(came));
    },
  },
  {
    id: "vary",
    cite: "the policy document",
    judge: ({ answer, expected }) => {
      if (expected.kind !== "decided" || has(answer, "vary", "*")) return undefined;
      const missing = expected.vary.filter((name) => !has(answer, "vary", name));
      return missing.length === 0
        ? undefined
        : fault(`${missing.join(", ")} in Vary`, varyOf(answer));
    },
  },
];

function fault(expected: string, came: string): Fault {
  return { expected, came };
}

function shown(lines: readonly string[]): string {
  return lines.length === 0 ? "(none)" : lines.join(" | ");
}

function varyOf({ headers }: Answer): string {
  return shown(elementsOf(headers, "vary"));
}

function hasCredentials({ headers }: Answer): boolean {
  return linesOf(headers, CREDENTIALS).includes("true");
}

/** Whether a list has a name, in any case. */
function has({ headers }: Answer, name: string, element: string): boolean {
  const sought = element.toLowerCase();
  return elementsOf(headers, name).some((each) => each.toLowerCase() === sought);
}

const LISTS: ReadonlySet<string> = new Set([METHODS, HEADERS, EXPOSED]);

/** Every CORS line in one form: lists sorted, and in lower case where their names have none. */
export function corsHeaders({ headers }: Answer): readonly string[] {
  return headers
    .filter(([name]) => name.startsWith("access-control-"))
    .map(([name, value]) => {
      if (!LISTS.has(name)) return `${name}: ${value}`;
      const text = name === METHODS ? value : value.toLowerCase();
      return `${name}: ${elementsOf([[name, text]], name)
        .toSorted()
        .join(", ")}`;
    })
    .toSorted();
}
