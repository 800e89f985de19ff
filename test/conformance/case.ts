import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One header line. Values are text of one byte a character (latin1), as they stand on the wire. */
export type Line = readonly [name: string, value: string];

/** Where a case is run: the pure decision, the gRPC service in this process, a real Envoy. */
const LEVELS = ["decide", "grpc", "envoy"] as const;
export type Level = (typeof LEVELS)[number];

/**
 * How Envoy is set up. `full`: both messages, only the headers that corsd needs; `full-all-headers`: both messages,
 * all headers but cookies and credentials; `request-only`: one message, Envoy's routes print the headers.
 */
export const SETUPS = ["full", "full-all-headers", "request-only"] as const;
export type Setup = (typeof SETUPS)[number];

export type CaseRequest = {
  readonly method: string;
  readonly path: string;
  /** Left out: `api.example.com`; null: none. */
  readonly authority?: string | null;
  /** Left out: `http`, which is what Envoy's plaintext listeners say. */
  readonly scheme?: string;
  /** Left out: `HTTP/1.1`. */
  readonly httpVersion?: "HTTP/1.0" | "HTTP/1.1" | "HTTP/2" | "HTTP/3";
  /** The name of Envoy's route; left out: an unnamed route matches. */
  readonly route?: string;
  /** The group that the route names by `x-corsd-group`. */
  readonly group?: string;
  readonly headers: readonly Line[];
};

/** What the service answers where it is reached. */
export type ServiceResponse = {
  readonly status: number;
  readonly headers: readonly Line[];
  /** Left out: `service`. A `content-length` is added wherever a body may stand. */
  readonly body?: string;
};

type Expectation = {
  readonly outcome: "granted" | "refused" | "passed";
  readonly kind: "no-origin" | "preflight" | "websocket" | "actual";
  readonly reason: string | null;
  /** The policy that governs; null where none admitted the origin or none was asked. */
  readonly policy: string | null;
  readonly group: string | null;
  /** The second decision, with shadow policies enforcing; null: there is none. Left out: not looked at. */
  readonly shadow?: ExpectedShadow | null;
  /** What Envoy is given to print in the request-only set-up. Left out: not looked at. */
  readonly metadata?: { readonly [key: string]: string };
  readonly exchange: ExpectedExchange;
};

type ExpectedShadow = {
  readonly policy: string | null;
  readonly outcome: string;
  readonly reason: string | null;
  readonly differs: boolean;
};

/** What the client sees. */
export type ExpectedExchange = {
  /** Whether the service is reached. */
  readonly reached: boolean;
  readonly status: number;
  /**
   * One line each, or a list of lines. Every `access-control-*`, `timing-allow-origin` and `cache-control` that is
   * not named is absent; other headers are looked at only where they are named.
   */
  readonly headers: { readonly [name: string]: string | readonly string[] };
  /** The names in all lines of Vary together, in any order; empty: no Vary. */
  readonly vary: readonly string[];
  readonly body: string;
};

export type ConformanceCase = {
  readonly name: string;
  /** The file that it stands in, without `.json`. */
  readonly file: string;
  readonly levels: readonly Level[];
  /** The Envoys that can do this; left out: all. */
  readonly envoy: ">=1.37" | undefined;
  /** The policy document. */
  readonly document: object;
  readonly setup: Setup;
  readonly request: CaseRequest;
  readonly response: ServiceResponse;
  readonly expect: Expectation;
};

/** A case as written. */
type WrittenCase = Pick<ConformanceCase, "name" | "request" | "expect"> & {
  readonly note?: string;
  readonly levels?: readonly Level[];
  /** Why a case is not run at every level. */
  readonly because?: string;
  readonly envoy?: ">=1.37";
  /** The name of one of the file's documents, or a document. */
  readonly document: string | object;
  readonly setup?: Setup;
  readonly response?: ServiceResponse;
};

type WrittenFile = {
  readonly about: string;
  readonly documents: { readonly [name: string]: object };
  readonly cases: readonly WrittenCase[];
};

const DEFAULT_RESPONSE: ServiceResponse = {
  status: 200,
  headers: [["content-type", "text/plain"]],
};

const folder = join(import.meta.dirname, "cases");

/** Every case of the corpus, in the order of the files' names. Throws where a file is not as README.md says. */
export function loadCases(): readonly ConformanceCase[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return files.sort().flatMap((name) => {
    const file = JSON.parse(readFileSync(join(folder, name), "utf8")) as WrittenFile;
    return file.cases.map((written) => complete(name.slice(0, -".json".length), file, written));
  });
}

/** The cases that are run at this level. */
export function casesAt(level: Level): readonly ConformanceCase[] {
  return loadCases().filter(({ levels }) => levels.includes(level));
}

function complete(file: string, { documents }: WrittenFile, written: WrittenCase): ConformanceCase {
  const { name, levels, because, request, expect } = written;
  if ((levels === undefined) !== (because === undefined)) {
    throw new Error(`${name}: \`levels\` and \`because\` stand together`);
  }
  const document =
    typeof written.document === "string" ? documents[written.document] : written.document;
  if (document === undefined) throw new Error(`${name}: no such document`);
  return {
    name,
    file,
    levels: levels ?? LEVELS,
    envoy: written.envoy,
    document,
    setup: written.setup ?? "full",
    request,
    response: written.response ?? DEFAULT_RESPONSE,
    expect,
  };
}
