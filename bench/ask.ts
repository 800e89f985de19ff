import { request as sendRequest } from "node:http";
import { isDeepStrictEqual } from "node:util";
import type { Answer } from "./expectation.ts";
import type { HttpRequest } from "./traffic.ts";

/** Sends one request and reads the part of the answer that CORS is about. */
export function ask(port: number, { method, path, headers }: HttpRequest): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const request = sendRequest({
    host: "127.0.0.1",
    port,
    method,
    path,
    headers: Object.fromEntries(headers),
    // A connection of its own: an Envoy that is stopped later has none left to wait for.
    agent: false,
  });
  request.once("error", reject);
  request.once("response", (response) => {
    response.once("error", reject);
    response.once("end", () => resolve(answerOf(response.statusCode ?? 0, response.rawHeaders)));
    response.resume();
  });
  request.end();
  return promise;
}

/** `lines`: names and values in turn. */
export function answerOf(status: number, lines: readonly string[]): Answer {
  const headers: Record<string, string> = {};
  const vary: string[] = [];
  for (let at = 0; at < lines.length; at += 2) {
    const name = (lines[at] ?? "").toLowerCase();
    const value = lines[at + 1] ?? "";
    if (name === "vary") vary.push(...value.split(",").map((each) => each.trim().toLowerCase()));
    if (!name.startsWith("access-control-") && name !== "timing-allow-origin") continue;
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before} AND ${value}`;
  }
  return { status, headers, vary: vary.toSorted() };
}

/** Throws where the answer is not exactly the expected one. */
export async function expectAnswer(
  who: string,
  port: number,
  request: HttpRequest,
  expected: Answer,
): Promise<void> {
  const answer = await ask(port, request);
  if (isDeepStrictEqual(answer, expected)) return;
  throw new Error(
    `${who} answers a request wrongly, so there is nothing to measure\n  expected ${JSON.stringify(expected)}\n  received ${JSON.stringify(answer)}`,
  );
}
