import type { Header } from "../../cors/decision.ts";
import { err, ok, type Result } from "../../cors/result.ts";
import { splitHeaderLine } from "../header-line.ts";
import { originOf } from "../origin-of.ts";
import { browserRequests } from "./browser-requests.ts";
import {
  LONG_WITH_VALUE,
  SHORT_FLAGS,
  SHORT_WITH_VALUE,
  VERSION_OPTIONS,
  WITH_BODY,
} from "./curl-options.ts";
import { headerOf, type Known, type Pasted, readHeaders } from "./pasted.ts";
import { shellWords, withoutCarets } from "./shell-words.ts";
import { BROWSERS_OWN, unsafeNames } from "./unsafe-names.ts";

/** A `curl` command, as typed or as browsers copy it ("Copy as cURL", for bash or for cmd). */
export function readCurl(text: string, known: Known): Result<Pasted, string> {
  const command = text.slice(text.indexOf("curl"));
  const words = shellWords(command.includes('^"') ? withoutCarets(command) : command);
  const options = readOptions(words.slice(1));
  const [written, ...others] = options.flatMap(({ name, value }) =>
    name === "url" ? [value] : [],
  );
  if (written === undefined) return err("the `curl` command names no URL");
  const assumptions: string[] = [];
  if (others.length > 0) assumptions.push("url: the first of those that the command names");
  const url = written.includes("://") ? written : `http://${written}`;
  if (url !== written) assumptions.push("scheme: http, as curl takes a URL without one to be");
  const headers = headersOf(options);
  const method = methodOf(options);
  const httpVersion = options.flatMap(({ name }) => VERSION_OPTIONS.get(name) ?? []).at(-1);
  const page = pageOf(headers, options, url, known);
  const kept = readHeaders(headers);
  if (page === undefined) {
    assumptions.push("no Origin header: a program's request, unless the page's origin is added");
    const rest = { httpVersion, route: undefined, group: undefined };
    const requests = [{ method, url, headers: kept, ...rest }];
    return ok({ kind: "curl", requests, assumptions, claim: undefined });
  }
  assumptions.push(...page.assumptions);
  const asked = {
    method,
    url,
    origin: page.origin,
    unsafeNames: unsafeNames(headers),
    isPreflighted: false,
    headers: kept,
    httpVersion,
  };
  const sent = browserRequests(asked);
  // A preflight that somebody wrote as a command is itself; nothing goes before it.
  const requests =
    headerOf(headers, "access-control-request-method") === undefined ? sent : sent.slice(-1);
  assumptions.push(...preflightAssumptions(requests.length > 1, headers));
  return ok({ kind: "curl", requests, assumptions, claim: undefined });
}

type Page = { readonly origin: string; readonly assumptions: readonly string[] };

/** A request that never left the browser may be copied without its Origin, but with its Referer. */
function pageOf(
  headers: readonly Header[],
  options: readonly Option[],
  url: string,
  known: Known,
): Page | undefined {
  const origin = headerOf(headers, "origin");
  if (origin !== undefined) return { origin, assumptions: [] };
  if (known.origin !== undefined) {
    const assumptions = [`origin: ${known.origin}, which is added to the command`];
    return { origin: known.origin, assumptions };
  }
  const referer =
    headerOf(headers, "referer") ?? options.find(({ name }) => name === "referer")?.value;
  const from = originOf(referer ?? "");
  if (from === undefined || from === originOf(url)) return undefined;
  return { origin: from, assumptions: [`origin: ${from}, taken from the Referer`] };
}

function preflightAssumptions(
  isPreflighted: boolean,
  headers: readonly Header[],
): readonly string[] {
  if (!isPreflighted) return [];
  const own = headers.map(([name]) => name.toLowerCase()).filter((name) => BROWSERS_OWN.has(name));
  return [
    "preflight: what a browser sends before this request; the command does not send it",
    ...(own.length === 0
      ? []
      : [
          `${[...new Set(own)].join(", ")}: taken to be the browser's own, so not asked for in the preflight`,
        ]),
  ];
}

type Option = { readonly name: string; readonly value: string };

/** Options by their long names, in order; a word that is none is a URL. */
function readOptions(words: readonly string[]): readonly Option[] {
  const options: Option[] = [];
  let at = 0;
  const take = (name: string): void => {
    options.push({ name, value: words[at] ?? "" });
    at += 1;
  };
  while (at < words.length) {
    const word = words[at] as string;
    at += 1;
    if (word.startsWith("--")) {
      const name = word.slice(2);
      if (LONG_WITH_VALUE.has(name)) take(name);
      else options.push({ name, value: "" });
    } else if (word.startsWith("-") && word.length > 1) {
      const letters = readLetters(word.slice(1));
      options.push(...letters.options);
      if (letters.wants !== undefined) take(letters.wants);
    } else options.push({ name: "url", value: word });
  }
  return options;
}

/** `-sXPUT`: flags without a value, then at most one with it, in the word or (`wants`) in the next one. */
function readLetters(letters: string): {
  readonly options: readonly Option[];
  readonly wants: string | undefined;
} {
  const options: Option[] = [];
  for (let at = 0; at < letters.length; at += 1) {
    const letter = letters.charAt(at);
    const name = SHORT_WITH_VALUE.get(letter);
    if (name === undefined) options.push({ name: SHORT_FLAGS.get(letter) ?? letter, value: "" });
    else if (at + 1 === letters.length) return { options, wants: name };
    else return { options: [...options, { name, value: letters.slice(at + 1) }], wants: undefined };
  }
  return { options, wants: undefined };
}

function methodOf(options: readonly Option[]): string {
  const named = options.findLast(({ name }) => name === "request")?.value;
  if (named !== undefined) return named;
  const has = (wanted: string): boolean => options.some(({ name }) => name === wanted);
  if (has("head")) return "HEAD";
  if (has("get")) return "GET";
  if (has("upload-file")) return "PUT";
  return options.some(({ name }) => WITH_BODY.has(name)) ? "POST" : "GET";
}

/** The headers that curl would send, as far as options name them; a value is kept only where it is looked at. */
function headersOf(options: readonly Option[]): readonly Header[] {
  return options.flatMap(({ name, value }): readonly Header[] => {
    switch (name) {
      case "header":
        return headerLine(value);
      case "user-agent":
        return [["user-agent", ""]];
      case "user":
      case "oauth2-bearer":
        return [["authorization", ""]];
      case "json":
        return [["content-type", "application/json"]];
      case "range":
        return [["range", `bytes=${value}`]];
      default:
        return [];
    }
  });
}

/** `Name:` takes a header away and `Name;` sends it empty (curl's manual page, `--header`). */
function headerLine(line: string): readonly Header[] {
  if (/^[^:;]{1,256};$/.test(line)) return [[line.slice(0, -1), ""]];
  const [name, value] = splitHeaderLine(line);
  return name === "" || value.trim() === "" ? [] : [[name.trim(), value.trim()]];
}
