import { askForToken, tokenHeader } from "./token.js";

/**
 * What the server answers, as docs/metrics-and-admin.md says.
 *
 * @typedef {{ file: string, line: number, column: number, pointer: string, code: string, severity: "error" | "warning",
 *   value: string, message: string, fix: string }} Problem
 * @typedef {{ host: string | null, path: string | null, route: string | null }} Match
 * @typedef {{ name: string, match: Match[], policies: string[], applications: string[] }} Group
 * @typedef {{ name: string, description: string | null, tags: string[], preset: string, enabled: boolean,
 *   mode: "enforce" | "shadow", allowOrigins: string[], originCount: number, allowMethods: string[] | "*",
 *   allowHeaders: string[] | "*", exposeHeaders: string[] | "*", allowCredentials: boolean, maxAge: number | null,
 *   httpVersions: string[] | "*", requireOrigin: boolean, preflight: string, webSocket: string,
 *   allowPrivateNetwork: boolean, timingAllowOrigin: boolean }} Policy
 * @typedef {{ name: string, origins: string[], originCount: number, apiGroups: string[] | "*" }} Application
 * @typedef {{ revision: string, loadedAt: string, stale: boolean, problemCount: number, problems: Problem[],
 *   apiGroups: Group[], policies: Policy[], applications: Application[] }} PolicyAnswer
 *
 * @typedef {{ group: string | null, policy: string | null, kind: string, outcome: string, reason: string | null,
 *   count: number }} Counted
 * @typedef {{ since: string, at: string, decisions: Counted[], shadows: (Counted & { differs: boolean })[],
 *   policy: { revision: string, loadedAt: string, stale: boolean, attempt: string } }} DecisionsAnswer
 *
 * @typedef {{ id: string, at: string, group: string | null, policy: string | null, kind: string,
 *   reason: string | null, applied: boolean, origin: string | null, method: string | null, path: string | null,
 *   header: string | null, httpVersion: string | null }} Refusal
 * @typedef {{ limit: number, refusals: Refusal[] }} RefusalsAnswer
 *
 * @typedef {{ name: string, total: number, count: number, origins: string[] }} OriginsAnswer
 * @typedef {{ problemCount: number, problems: Problem[], changes: string[] | null }} DiffAnswer
 */

/** The server's words for why it does not answer, or that it cannot be reached. */
export class Failure extends Error {}

/**
 * @param {string} path relative to the page
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>} as one of the types above
 */
export async function get(path, signal) {
  return read(await ask(path, signal === undefined ? {} : { signal }));
}

/**
 * @param {string} path
 * @param {"application/json" | "application/yaml"} type
 * @param {BodyInit} body
 * @returns {Promise<any>} as one of the types above
 */
export async function post(path, type, body) {
  return read(await ask(path, { method: "POST", headers: { "content-type": type }, body }));
}

/**
 * @param {string} path
 * @param {RequestInit & { headers?: Record<string, string> }} init
 */
async function ask(path, init) {
  for (;;) {
    const token = tokenHeader();
    const response = await send(path, { ...init, headers: { ...init.headers, ...token } });
    if (response.status !== 401) return response;
    await askForToken(token);
  }
}

/**
 * @param {string} path
 * @param {RequestInit} init
 */
async function send(path, init) {
  try {
    return await fetch(path, { ...init, cache: "no-store" });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Failure("the server does not answer");
  }
}

/** @param {Response} response */
async function read(response) {
  const text = await response.text().catch(() => {
    throw new Failure("the server broke off its answer");
  });
  if (response.ok) return JSON.parse(text);
  const words = text.trim();
  throw new Failure(words === "" ? `the server answers ${response.status}` : words);
}
