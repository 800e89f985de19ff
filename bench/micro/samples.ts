import type { Request } from "../../src/cors/request.ts";
import type { Snapshot } from "../../src/cors/snapshot.ts";
import { compileDocument } from "../../src/policy/compile.ts";
import { renderProblem } from "../../src/policy/problem.ts";
import { libraries } from "../../src/source/libraries.ts";
import { parseBytes } from "../../src/source/parse.ts";
import { APP, request } from "../../test/cors/sample.ts";

/** Calls `work` with one sample after the other: no branch of the processor learns a single one by heart. */
export function inTurn<T>(samples: readonly T[], work: (sample: T) => unknown): () => void {
  let at = 0;
  return () => {
    const sample = samples[at];
    at = at + 1 === samples.length ? 0 : at + 1;
    if (sample !== undefined) kept = work(sample);
    if (kept === NEVER) throw new Error("nothing returns this");
  };
}

/** The last result. It is looked at, so that no compiler drops the work as unused. */
let kept: unknown;
const NEVER = Symbol("never");

/** The running form of a document. Throws, with the problems, where it has errors. */
export function compileText(text: string): Snapshot {
  const file = "bench.yaml";
  const { root, problems: faults } = parseBytes(file, new TextEncoder().encode(text));
  const files = root === undefined ? [] : [{ file, root }];
  const { snapshot, problems } = compileDocument(files, "1", libraries);
  if (snapshot !== undefined) return snapshot;
  throw new Error([...faults, ...problems].map(renderProblem).join("\n"));
}

/** Requests at the limits of what is looked at: as much work as a client can cause. */
export const ADVERSARIAL: Readonly<Record<string, Request>> = {
  "an origin of 126 labels": request({ origin: `https://${"a.".repeat(125)}b` }),
  "an origin of 511 bytes that is none": request({ origin: `https://${"a".repeat(503)}` }),
  "an origin over the limit": request({ origin: `https://${"a".repeat(100_000)}` }),
  "128 requested headers in 8,192 bytes": adversarialPreflight(
    Array.from({ length: 128 }, (_, at) => `x-${at}`.padEnd(63, "y")).join(","),
  ),
  "one requested header of 8,192 bytes": adversarialPreflight("x".repeat(8192)),
  "8,192 blanks": adversarialPreflight(" ".repeat(8192)),
  "a list over the limit": adversarialPreflight("x,".repeat(50_000)),
  "a path of 2,000 segments": request({ origin: APP, path: "/a".repeat(2000) }),
  "a path of 2,000 dot segments, escaped": request({ origin: APP, path: "/%2e%2e".repeat(2000) }),
  "a host of 126 labels": request({ origin: APP, authority: `${"a.".repeat(125)}b` }),
};

function adversarialPreflight(requestHeaders: string): Request {
  return request({ method: "OPTIONS", origin: APP, requestMethod: "PUT", requestHeaders });
}

/** Policies with every sort of pattern, groups by host and path, and expressions that cost about all they may. */
export const DEMANDING = `
policies:
  - name: all-sorts
    allowOrigins:
      - https://app.example.com
      - https://*.partner.example
      - https://*.b:*
      - '~https://(?:[a-z0-9-]+\\.){1,40}preview\\.example'
    allowMethods: [GET, POST, PUT]
    allowHeaders: [content-type, x-api-key]
    allowCredentials: true
    maxAge: 900
apiGroups:
  - name: deep
    match:
      - {host: api.example.com, path: /a/a/a/a/a/a/a/a}
      - {host: "*.b", path: /a}
    policies: [all-sorts]
  - name: rest
    match: [{path: /}]
    policies: [all-sorts]
`;
