import { err, ok, type Result } from "../cors/result.ts";
import { type AdminOption, type AdminSettings, readAdmin } from "./admin-settings.ts";
import type { TlsFiles } from "./certificates.ts";
import type { ResetLimit } from "./grpc/reset-limit.ts";
import { type ListenAddress, parseListen } from "./listen.ts";
import type { ClientName } from "./listeners/client-name.ts";
import { parseSocketMode } from "./listeners/socket-mode.ts";
import { readClientNames, readTls, type TlsOption } from "./listeners/tls-settings.ts";

/** How a server runs: everything but the policy itself. */
export type Settings = {
  /** Files and folders; at least one. */
  readonly policy: readonly string[];
  /** At least one. */
  readonly listen: readonly ListenAddress[];
  /** Rights of the socket files among them; undefined: what the umask leaves. */
  readonly socketMode: number | undefined;
  /** Undefined: plaintext. */
  readonly tls: TlsFiles | undefined;
  /** Whose client certificates are taken; empty: all that the authorities signed. */
  readonly clientNames: ReadonlySet<ClientName>;
  /** Undefined: no admin listener. */
  readonly admin: AdminSettings | undefined;
  readonly logLevel: LogLevel;
  /** Refusals logged a second, for each policy and reason; 0: none. */
  readonly logRefusals: number;
  /** Refusals that the console shows; 0: none. */
  readonly consoleRefusals: number;
  readonly resetLimit: ResetLimit;
  /** Processes that answer Envoy; 1: the one that also does everything else. */
  readonly workers: number;
  /** Milliseconds between the word to stop and the refusal of new streams. */
  readonly drainDelay: number;
  /** Milliseconds that open streams then have to end. */
  readonly drainTimeout: number;
};

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** In camel case; the flag is written in kebab case. */
export type OptionName =
  | "policy"
  | "listen"
  | "socketMode"
  | TlsOption
  | AdminOption
  | "logLevel"
  | "logRefusals"
  | "consoleRefusals"
  | "resetLimit"
  | "workers"
  | "drainDelay"
  | "drainTimeout";

/** A flag of `corsd serve` with its variable; the flag wins. */
export type ServeOption = {
  readonly name: OptionName;
  /** What stands for the value in help. */
  readonly value: string;
  readonly variable: string;
  /** May be given several times; its variable is a list with commas. */
  readonly repeatable: boolean;
  /** As it would be written; undefined: nothing. */
  readonly fallback: string | undefined;
  readonly help: string;
};

/** More than any machine's worth of Envoy threads needs. */
const MAX_WORKERS = 64;

/** As many as anybody reads; with them a process holds less than a MiB. */
export const MAX_CONSOLE_REFUSALS = 1000;

export const SERVE_OPTIONS: readonly ServeOption[] = [
  {
    name: "policy",
    value: "path",
    variable: "CORSD_POLICY",
    repeatable: true,
    fallback: undefined,
    help: "policy file, or folder of them",
  },
  {
    name: "listen",
    value: "address",
    variable: "CORSD_LISTEN",
    repeatable: true,
    fallback: "127.0.0.1:50051",
    help: "where Envoy connects: unix:PATH or HOST:PORT",
  },
  {
    name: "socketMode",
    value: "mode",
    variable: "CORSD_SOCKET_MODE",
    repeatable: false,
    fallback: undefined,
    help: "rights of the socket files, in octal as 0660; left out, what the umask leaves, as a rule 0755",
  },
  {
    name: "tlsCert",
    value: "file",
    variable: "CORSD_TLS_CERT",
    repeatable: false,
    fallback: undefined,
    help: "certificate chain (PEM) of the data listeners; read again when it changes",
  },
  {
    name: "tlsKey",
    value: "file",
    variable: "CORSD_TLS_KEY",
    repeatable: false,
    fallback: undefined,
    help: "private key (PEM) of that certificate",
  },
  {
    name: "tlsClientCa",
    value: "file",
    variable: "CORSD_TLS_CLIENT_CA",
    repeatable: false,
    fallback: undefined,
    help: "authorities (PEM) whose client certificates are taken; no others then connect",
  },
  {
    name: "tlsClientName",
    value: "name",
    variable: "CORSD_TLS_CLIENT_NAME",
    repeatable: true,
    fallback: undefined,
    help: "a URI (as a SPIFFE ID) or host name that such a certificate must have, exactly; left out, any",
  },
  {
    name: "admin",
    value: "address",
    variable: "CORSD_ADMIN",
    repeatable: false,
    fallback: "127.0.0.1:9905",
    help: "where operators connect: HOST:PORT, or none; beyond loopback it needs a token or client certificates",
  },
  {
    name: "adminHost",
    value: "name",
    variable: "CORSD_ADMIN_HOST",
    repeatable: true,
    fallback: undefined,
    help: "a Host that admin requests may name, besides those of loopback",
  },
  {
    name: "adminToken",
    value: "token",
    variable: "CORSD_ADMIN_TOKEN",
    repeatable: false,
    fallback: undefined,
    help: "asked for by the admin listener, but for health and metrics; others see flags: better a file",
  },
  {
    name: "adminTokenFile",
    value: "file",
    variable: "CORSD_ADMIN_TOKEN_FILE",
    repeatable: false,
    fallback: undefined,
    help: "a file with that token; read again when it changes",
  },
  {
    name: "adminTlsCert",
    value: "file",
    variable: "CORSD_ADMIN_TLS_CERT",
    repeatable: false,
    fallback: undefined,
    help: "certificate chain (PEM) of the admin listener; read again when it changes",
  },
  {
    name: "adminTlsKey",
    value: "file",
    variable: "CORSD_ADMIN_TLS_KEY",
    repeatable: false,
    fallback: undefined,
    help: "private key (PEM) of that certificate",
  },
  {
    name: "adminTlsClientCa",
    value: "file",
    variable: "CORSD_ADMIN_TLS_CLIENT_CA",
    repeatable: false,
    fallback: undefined,
    help: "authorities (PEM) whose client certificates open the admin listener, as the token does",
  },
  {
    name: "logLevel",
    value: "level",
    variable: "CORSD_LOG_LEVEL",
    repeatable: false,
    fallback: "info",
    help: LOG_LEVELS.join(", "),
  },
  {
    name: "logRefusals",
    value: "number",
    variable: "CORSD_LOG_REFUSALS",
    repeatable: false,
    fallback: "1",
    help: "refusals logged a second, for each policy and reason; 0 for none",
  },
  {
    name: "consoleRefusals",
    value: "number",
    variable: "CORSD_CONSOLE_REFUSALS",
    repeatable: false,
    fallback: "256",
    help: `refusals that the console shows, up to ${MAX_CONSOLE_REFUSALS}: origin, method, path; 0 for none`,
  },
  {
    name: "resetLimit",
    value: "number/s",
    variable: "CORSD_RESET_LIMIT",
    repeatable: false,
    fallback: "none",
    help: "cut a connection that resets more streams; under 1000/s an Envoy may be cut in normal use",
  },
  {
    name: "workers",
    value: "number",
    variable: "CORSD_WORKERS",
    repeatable: false,
    fallback: "1",
    help: `processes that answer, up to ${MAX_WORKERS}: as many as Envoy's --concurrency where one is not enough`,
  },
  {
    name: "drainDelay",
    value: "duration",
    variable: "CORSD_DRAIN_DELAY",
    repeatable: false,
    fallback: "5s",
    help: "at a stop: how long to serve on while health already says no",
  },
  {
    name: "drainTimeout",
    value: "duration",
    variable: "CORSD_DRAIN_TIMEOUT",
    repeatable: false,
    fallback: "10s",
    help: "at a stop: how long open streams then have to end",
  },
];

/** Values of flags by their names in camel case. */
export type Flags = { readonly [name in OptionName]?: string | readonly string[] | undefined };

export type Environment = { readonly [variable: string]: string | undefined };

/** Settings from flags, variables and defaults; or everything that is wrong with them, in lines for people. */
export function readSettings(
  flags: Flags,
  environment: Environment,
): Result<Settings, readonly string[]> {
  const problems: string[] = [];
  const texts = (name: OptionName): readonly string[] => textsOf(name, flags, environment);
  const read = <T>(name: OptionName, parse: (text: string) => Result<T, string>): readonly T[] =>
    texts(name).flatMap((text) => {
      const parsed = parse(text);
      if (parsed.ok) return [parsed.value];
      problems.push(`--${kebab(name)}: ${parsed.error}`);
      return [];
    });
  const one = <T, O>(
    name: OptionName,
    parse: (text: string) => Result<T, string>,
    otherwise: O,
  ): T | O => read(name, parse).at(-1) ?? otherwise;
  if (texts("policy").length === 0)
    problems.push("--policy: name at least one policy file or folder");
  const settings: Settings = {
    policy: texts("policy"),
    listen: read("listen", parseListen),
    socketMode: one("socketMode", parseSocketMode, undefined),
    tls: readTls(texts, problems),
    clientNames: readClientNames(texts, problems),
    admin: readAdmin(texts, problems),
    logLevel: one("logLevel", parseLogLevel, "info"),
    logRefusals: one("logRefusals", parseCount, 1),
    consoleRefusals: one("consoleRefusals", parseConsoleRefusals, 0),
    resetLimit: one("resetLimit", parseResetLimit, { kind: "lifted" }),
    workers: one("workers", parseWorkers, 1),
    drainDelay: one("drainDelay", parseDuration, 0),
    drainTimeout: one("drainTimeout", parseDuration, 0),
  };
  return problems.length === 0 ? ok(settings) : err(problems);
}

/** What was given: the flag, else the variable, else the default. An empty variable is none. */
function textsOf(name: OptionName, flags: Flags, environment: Environment): readonly string[] {
  const flag = flags[name];
  if (typeof flag === "string") return [flag];
  if (flag !== undefined && flag.length > 0) return flag;
  const option = SERVE_OPTIONS.find((found) => found.name === name);
  const variable = environment[option?.variable ?? ""] ?? "";
  if (variable !== "") return option?.repeatable ? variable.split(",") : [variable];
  return option?.fallback === undefined ? [] : [option.fallback];
}

/** The flag's name as it is written. */
export function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function parseLogLevel(text: string): Result<LogLevel, string> {
  const level = LOG_LEVELS.find((known) => known === text);
  return level === undefined
    ? err(`\`${text}\` is no level; write one of ${LOG_LEVELS.join(", ")}`)
    : ok(level);
}

/** A whole number from 0 to a million. */
function parseCount(text: string): Result<number, string> {
  return /^[0-9]{1,6}$/.test(text) || text === "1000000"
    ? ok(Number(text))
    : err(`\`${text}\` is no whole number from 0 to 1000000`);
}

function parseConsoleRefusals(text: string): Result<number, string> {
  const count = /^[0-9]{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return count <= MAX_CONSOLE_REFUSALS
    ? ok(count)
    : err(`\`${text}\` is no whole number from 0 to ${MAX_CONSOLE_REFUSALS}`);
}

function parseWorkers(text: string): Result<number, string> {
  const count = /^[1-9][0-9]?$/.test(text) ? Number(text) : Number.NaN;
  return count <= MAX_WORKERS
    ? ok(count)
    : err(`\`${text}\` is no number from 1 to ${MAX_WORKERS}`);
}

function parseResetLimit(text: string): Result<ResetLimit, string> {
  if (text === "none") return ok({ kind: "lifted" });
  const [, digits] = /^([1-9][0-9]{0,8})\/s$/.exec(text) ?? [];
  return digits === undefined
    ? err(`\`${text}\` is no limit; write a number of resets a second, as \`5000/s\`, or \`none\``)
    : ok({ kind: "limited", perSecond: Number(digits) });
}

/** `500ms`, `5s` or `5`, in milliseconds; at most a day, which is more than any orchestrator waits. */
export function parseDuration(text: string): Result<number, string> {
  const [, digits, unit] = /^([0-9]{1,8})(ms|s)?$/.exec(text) ?? [];
  if (digits === undefined) {
    return err(`\`${text}\` is no duration; write \`500ms\`, \`5s\` or \`5\``);
  }
  const milliseconds = Number(digits) * (unit === "ms" ? 1 : 1000);
  return milliseconds <= MAX_DURATION ? ok(milliseconds) : err(`\`${text}\` is above a day`);
}

const MAX_DURATION = 86_400_000;
