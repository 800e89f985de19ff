import type { Header } from "../cors/decision.ts";
import { err, ok, type Result } from "../cors/result.ts";
import type { DescribedRequest } from "./described-request.ts";

const REQUIRED = ["method", "url"] as const;
const OPTIONAL = ["httpVersion", "route", "group"] as const;
const KEYS: ReadonlySet<string> = new Set([...REQUIRED, ...OPTIONAL, "headers"]);

/** Reads a description from JSON that was parsed; the error says which key is wrong and how to write it. */
export function readDescription(json: unknown): Result<DescribedRequest, string> {
  if (!isRecord(json)) return err("write an object with `method` and `url`");
  for (const key of Object.keys(json)) {
    // A misspelt key would explain another request than the one that was meant.
    if (!KEYS.has(key)) return err(`\`${key}\` is no key; the keys are ${[...KEYS].join(", ")}`);
  }
  for (const key of REQUIRED) {
    if (typeof json[key] !== "string") return err(`${key}: write a text`);
  }
  for (const key of OPTIONAL) {
    if (!isTextOrNothing(json[key])) return err(`${key}: write a text, or leave it out`);
  }
  const { method, url, httpVersion, route, group } = json;
  const headers = readHeaders(json.headers ?? []);
  if (headers === undefined) {
    return err("headers: write `[[name, value], …]`, or an object of texts or lists of texts");
  }
  return ok({
    method: String(method),
    url: String(url),
    headers,
    httpVersion: textOf(httpVersion),
    route: textOf(route),
    group: textOf(group),
  });
}

type JsonObject = { readonly headers?: unknown; readonly [key: string]: unknown };

function isRecord(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** null is nothing, as in what `explain --json` prints. */
function isTextOrNothing(value: unknown): boolean {
  return typeof value === "string" || value === null || value === undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function readHeaders(value: unknown): readonly Header[] | undefined {
  if (Array.isArray(value)) return value.every(isHeader) ? value : undefined;
  if (!isRecord(value)) return undefined;
  const lines = Object.entries(value).flatMap(([name, texts]) =>
    (Array.isArray(texts) ? texts : [texts]).map((text): unknown => [name, text]),
  );
  return lines.every(isHeader) ? lines : undefined;
}

function isHeader(value: unknown): value is Header {
  return (
    Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === "string")
  );
}
