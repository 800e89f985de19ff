import { apiOrigin, type Ports } from "./places.ts";
import type { Behind, Hop, Reply } from "./scenario.ts";

// A URL says all: which scenario, which group, what is behind it and what the service is to answer. The service needs
// no memory, and no two scenarios share a kept preflight.

/** `/GROUP/BEHIND/SCENARIO/HOP?REPLY`. A WebSocket asks `socket`, whatever the scenario has behind. */
export function addressOf(
  hops: readonly Hop[],
  index: number,
  scenario: number,
  ports: Ports,
  behind?: "socket",
): string {
  const hop = hops[index];
  if (hop === undefined) throw new Error(`no hop ${index}`);
  const path = `/${hop.group}/${behind ?? hop.behind}/${scenario}/${index}`;
  const next =
    index + 1 < hops.length ? [["location", addressOf(hops, index + 1, scenario, ports)]] : [];
  const reply = { ...hop.reply, headers: [...hop.reply.headers, ...next] };
  const url = new URL(`${apiOrigin(hop.host, ports)}${path}`);
  url.search = Buffer.from(JSON.stringify(reply)).toString("base64url");
  if (hop.named) {
    url.username = "user";
    url.password = "secret";
  }
  return url.href;
}

/** What a path says; undefined: it is none of a scenario. */
export function readPath(
  path: string,
): { readonly behind: Behind | "socket"; readonly scenario: number } | undefined {
  const [, behind, scenario] = /^\/[^/]+\/([a-z]+)\/([0-9]+)\/[0-9]+(?:\?|$)/.exec(path) ?? [];
  if (behind === undefined || scenario === undefined) return undefined;
  return { behind: behind as Behind | "socket", scenario: Number(scenario) };
}

export function readReply(search: string): Reply {
  return JSON.parse(Buffer.from(search.slice(1), "base64url").toString()) as Reply;
}

/** What the service sends along; of a kind that elements and EventSource take. */
export function bodyOf(reply: Reply): string {
  const type = reply.headers.find(([name]) => name === "content-type")?.[1] ?? "";
  if (reply.status === 204) return "";
  if (type.startsWith("image/svg")) return SVG;
  if (type.startsWith("text/event-stream")) return "retry: 60000\n\n";
  return ";";
}

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>';
