import { err, ok, type Result } from "../../cors/result.ts";
import type { Known, Pasted } from "./pasted.ts";
import { fromWire, isRequestLine, parseRawRequest, type WireRequest } from "./raw-request.ts";

const SENT = "> ";
const RECEIVED = "< ";

/** True for what `curl -v` printed: some line is a request line behind `> `. */
export function isVerbose(text: string): boolean {
  return text.split("\n").some((line) => line.startsWith(SENT) && isRequestLine(line.slice(2)));
}

/** Most requests of one paste: `curl -L` follows 50 redirects by default. Each is decided, and its mend looked for. */
export const MAX_REQUESTS = 51;

/** What `curl -v` printed: each request that it shows, and the status of the last answer. */
export function readVerbose(text: string, known: Known): Result<Pasted, string> {
  const lines = text.split("\n").map((line) => line.trimEnd());
  const scheme = lines.some((line) => line.startsWith("* SSL connection using "))
    ? "https"
    : undefined;
  const requests = requestBlocks(lines).map(parseRawRequest);
  if (requests.length > MAX_REQUESTS) {
    return err(`it shows more than ${MAX_REQUESTS} requests; paste fewer of them`);
  }
  const complete = requests.map((request) => withScheme(request, scheme));
  return ok(fromWire("curl-verbose", complete, known, claimOf(lines)));
}

function requestBlocks(lines: readonly string[]): readonly string[] {
  const blocks: string[] = [];
  for (const line of lines) {
    if (!line.startsWith(">")) continue;
    const sent = line.slice(SENT.length);
    if (isRequestLine(sent)) blocks.push(sent);
    else if (blocks.length > 0) blocks[blocks.length - 1] += `\n${sent}`;
  }
  return blocks;
}

/** The request line has no scheme, but the lines about the connection tell of TLS. */
function withScheme(request: WireRequest, scheme: string | undefined): WireRequest {
  const host = request.headers.find(([name]) => name.toLowerCase() === "host")?.[1].trim();
  if (scheme === undefined || host === undefined || !request.url.startsWith("/")) return request;
  return { ...request, url: `${scheme}://${host}${request.url}` };
}

const STATUS_LINE = /^HTTP\/[0-9.]{1,3} ([0-9]{3})/;

function claimOf(lines: readonly string[]): string | undefined {
  const last = lines.findLast(
    (line) => line.startsWith(RECEIVED) && STATUS_LINE.test(line.slice(2)),
  );
  const status = STATUS_LINE.exec(last?.slice(2) ?? "")?.[1];
  return status === undefined ? undefined : `the server answered with status ${status}`;
}
