import { once } from "node:events";
import { createReadStream } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { parse as parseYaml } from "yaml";
import { err, ok, type Result } from "../../cors/result.ts";
import { parseVersion, type Version } from "../../doctor/dump/version.ts";
import { at, textOf } from "../../doctor/spot.ts";
import { type Input, readAll } from "../read-input.ts";

/** Where a dump comes from. */
export type DumpSource =
  | { readonly kind: "stdin" }
  | { readonly kind: "file"; readonly path: string }
  /** An admin listener, and the whole of what is asked there. */
  | { readonly kind: "admin"; readonly dump: URL; readonly info: URL };

/** Largest dump taken, in bytes: room for a large mesh, and a wrong file or address does not fill the memory. */
export const MAX_DUMP_LENGTH: number = 128 * 1024 * 1024;

/** How long an admin listener may take, in milliseconds: it makes a large dump in some seconds. */
const ADMIN_TIMEOUT = 30_000;

/** Understands the source as written. The error is a phrase for people. */
export function parseSource(text: string): Result<DumpSource, string> {
  if (text === "-") return ok({ kind: "stdin" });
  if (text === "") return err("a file, `-`, or the address of Envoy's admin listener");
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text) ?? [];
  if (scheme === undefined) return ok({ kind: "file", path: text });
  if (scheme.toLowerCase() !== "http") {
    return err(`\`${scheme}\` is no scheme of Envoy's admin listener; write \`http://HOST:PORT\``);
  }
  const dump = URL.parse(text);
  if (dump === null) return err("it is no address; write `http://HOST:PORT`");
  const info = new URL("/server_info", dump);
  if (dump.pathname === "/") dump.pathname = "/config_dump";
  // Without the endpoints nobody can tell how many instances there are.
  if (dump.search === "") dump.search = "?include_eds";
  return ok({ kind: "admin", dump, info });
}

/** Reads and parses. The error is a phrase for people. */
export async function readDump(source: DumpSource): Promise<Result<unknown, string>> {
  const text = await readText(source);
  if (!text.ok) return text;
  const isYaml = source.kind === "file" && /\.ya?ml$/i.test(source.path);
  return isYaml
    ? parsed(text.value, "JSON or YAML", parseYaml)
    : parsed(text.value, "JSON", JSON.parse);
}

function parsed(
  text: string,
  form: string,
  parse: (text: string) => unknown,
): Result<unknown, string> {
  const start = text.trimStart();
  if (start === "") return err("it is empty");
  if (start.startsWith("<")) {
    return err(
      "it is a web page, not a config_dump; ask Envoy's admin listener for `/config_dump`",
    );
  }
  try {
    return ok(parse(text));
  } catch (error) {
    const phrase = phraseOf(error);
    const isCut = /\bend of JSON|Unterminated|after (?:array|property)/.test(phrase);
    return err(`it is no ${form}: ${phrase}${isCut ? "; is it cut off?" : ""}`);
  }
}

async function readText(source: DumpSource): Promise<Result<string, string>> {
  if (source.kind === "admin") return ask(source.dump);
  try {
    const stream = source.kind === "stdin" ? process.stdin : createReadStream(source.path);
    return await collect(stream);
  } catch (error) {
    return err(phraseOf(error));
  }
}

// Not `fetch`: it refuses some ports, whoever listens there.
async function ask(url: URL): Promise<Result<string, string>> {
  const signal = AbortSignal.timeout(ADMIN_TIMEOUT);
  const request = get(url, { agent: false, signal });
  try {
    const [response] = (await once(request, "response")) as [IncomingMessage];
    // What goes wrong from here on shows where the answer is read.
    request.on("error", () => {});
    if (response.statusCode === 200) return await collect(response);
    response.destroy();
    return err(`HTTP status ${response.statusCode}; is that Envoy's admin listener?`);
  } catch (error) {
    return err(signal.aborted ? `no answer within ${ADMIN_TIMEOUT / 1000} s` : phraseOf(error));
  }
}

/** The whole of a stream of bytes as text, as long as it is not too long. */
async function collect(stream: Input): Promise<Result<string, string>> {
  const bytes = await readAll(stream, MAX_DUMP_LENGTH);
  return bytes === undefined
    ? err(`it is longer than ${MAX_DUMP_LENGTH.toLocaleString("en")} bytes`)
    : ok(bytes.toString("utf8"));
}

/** What an admin listener says its version is, where the dump does not; undefined where nobody does. */
export async function askVersion(source: DumpSource): Promise<Version | undefined> {
  if (source.kind !== "admin") return undefined;
  try {
    const answer = await ask(source.info);
    const info: unknown = answer.ok ? JSON.parse(answer.value) : undefined;
    return parseVersion(textOf(at({ value: info, pointer: "" }, "version")));
  } catch {
    // It is not needed for anything else.
    return undefined;
  }
}

/** Longest phrase of a parser, which may show what it fails at. */
const MAX_PHRASE = 200;

function phraseOf(error: unknown): string {
  // Of several addresses each has an error of its own.
  const [first = error] = error instanceof AggregateError ? error.errors : [];
  const message = first instanceof Error ? first.message : String(first);
  // A YAML parser shows the place below its words.
  const phrase = message.replace(/:?\n\n.*$/s, "");
  return phrase.replaceAll(/\s+/g, " ").slice(0, MAX_PHRASE);
}
