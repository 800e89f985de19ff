import { hostile, longText } from "./hostile-text.ts";
import type { Sample } from "./policies.ts";
import type { Random } from "./random.ts";

/** Header lines of a request, values of one byte a character. */
export type Lines = readonly (readonly [name: string, value: string])[];

const METHODS = ["GET", "PUT", "OPTIONS", "OPTIONS", "OPTIONS", "POST", "CONNECT"];
const PATHS = ["/", "/orders", "/orders/files", "/orders%2ffiles", "/orders/../files?a=b", "/x"];
const AUTHORITIES = ["api.example.com", "a.files.example.com:8080", "app.example.com", "[::1]:1"];

/** A request that may be a good one. */
export function askedLines(random: Random, sample: Sample): Lines {
  return random.oneIn(20) ? longLines(random, sample) : mixedLines(random, sample);
}

/** Good but for one line, which is long: so it comes as far as the one who reads it. */
function longLines(random: Random, { origins }: Sample): Lines {
  const all: [string, string][] = [
    [":method", random.pick(["OPTIONS", "GET"])],
    [":path", random.pick(PATHS)],
    [":scheme", "https"],
    [":authority", random.pick(AUTHORITIES)],
    ["origin", random.pick(origins)],
    ["access-control-request-method", "PUT"],
    ["access-control-request-headers", "content-type"],
    ...OTHERS.slice(2).map(([name, [first = ""]]): [string, string] => [name, first]),
  ];
  const lines = all.filter(([name]) => name !== "upgrade" && name !== "sec-fetch-site");
  const [list] = lines.filter(([name]) => name === "access-control-request-headers");
  const line = random.oneIn(3) ? list : random.pick(lines.slice(1));
  if (line !== undefined) line[1] = longText(random);
  return lines;
}

function mixedLines(random: Random, { origins }: Sample): Lines {
  const lines: [string, string][] = [
    [":method", hostile(random, METHODS)],
    [":path", hostile(random, PATHS)],
    [":scheme", random.pick(["https", "http", "https"])],
    [":authority", hostile(random, AUTHORITIES)],
  ];
  if (!random.oneIn(6)) lines.push(["origin", hostile(random, origins)]);
  for (const [name, good] of OTHERS) {
    if (random.oneIn(2)) lines.push([name, hostile(random, good)]);
  }
  if (random.oneIn(12)) lines.splice(random.below(lines.length), 1);
  if (random.oneIn(12)) lines.push(random.pick(lines));
  return lines;
}

const OTHERS: readonly (readonly [name: string, good: readonly string[]])[] = [
  ["access-control-request-method", ["GET", "PUT", "PATCH", "delete"]],
  ["access-control-request-headers", ["", "content-type", "x-api-key, Content-Type", "a,b ,\tc"]],
  ["access-control-request-private-network", ["true", "false"]],
  ["upgrade", ["websocket", "h2c"]],
  ["sec-fetch-site", ["same-origin", "cross-site", "none"]],
  ["x-forwarded-proto", ["https", "http", "https,http"]],
];

const ANSWERED: readonly (readonly [name: string, good: readonly string[]])[] = [
  [":status", ["200", "500"]],
  ["vary", ["Origin", "accept-encoding, origin", "*", ""]],
  ["access-control-allow-origin", ["*", "https://evil.example"]],
  ["access-control-allow-credentials", ["true"]],
  ["timing-allow-origin", ["*"]],
  ["x-total", ["3"]],
  ["set-cookie", ["a=b"]],
];

/** Header lines of the service's response. Names are odd too: they are in no list that Envoy looks at. */
export function answeredLines(random: Random): Lines {
  return random.list(8, () => {
    const [name, good] = random.pick(ANSWERED);
    return [random.oneIn(4) ? hostile(random, [name]) : name, hostile(random, good)] as const;
  });
}
