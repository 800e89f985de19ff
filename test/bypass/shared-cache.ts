import type { RawRequest, RawResponse } from "../conformance/raw-client.ts";

/** A cache in front of everybody that keeps whatever Vary lets it keep (RFC 9111 section 4.1), errors too. */
export class SharedCache {
  readonly #send: (request: RawRequest) => Promise<RawResponse>;
  readonly #kept: { readonly request: RawRequest; readonly response: RawResponse }[] = [];
  hits = 0;

  constructor(send: (request: RawRequest) => Promise<RawResponse>) {
    this.#send = send;
  }

  async ask(request: RawRequest): Promise<RawResponse> {
    const kept = this.#kept.find((each) => fits(each.request, each.response, request));
    if (kept !== undefined) {
      this.hits += 1;
      return kept.response;
    }
    const response = await this.#send(request);
    if (lineOf(response.headers, "cache-control") !== "no-store") {
      this.#kept.push({ request, response });
    }
    return response;
  }
}

function fits(before: RawRequest, response: RawResponse, now: RawRequest): boolean {
  const names = (lineOf(response.headers, "vary") ?? "").toLowerCase().split(/\s*,\s*/);
  return (
    before.method === now.method &&
    before.authority === now.authority &&
    before.path === now.path &&
    !names.includes("*") &&
    names.every((name) => lineOf(before.headers, name) === lineOf(now.headers, name))
  );
}

/** All lines of one name, joined; undefined where there are none. */
export function lineOf(headers: RawRequest["headers"], name: string): string | undefined {
  const lines = headers.filter(([each]) => each.toLowerCase() === name);
  return lines.length === 0 ? undefined : lines.map(([, value]) => value).join(", ");
}
