import { decide } from "../cors/decide.ts";
import type { Action } from "../cors/decision.ts";
import { type Origin, parseOrigin } from "../cors/origin.ts";
import type { Snapshot } from "../cors/snapshot.ts";
import { type DescribedRequest, readRequest } from "../explain/described-request.ts";
import type { Expected, Probe } from "./case.ts";

/** Where the requests go, as corsd sees it. */
export type Target = Pick<DescribedRequest, "url" | "route" | "group">;

/** What corsd decides about a request under this document. */
export function predict(snapshot: Snapshot, target: Target, probe: Probe): Expected {
  const read = readRequest({ ...target, ...probe, httpVersion: "HTTP/1.1" });
  // A probe is made here, and the URL was looked at before.
  if (!read.ok) throw new Error(read.error.message);
  return expectedOf(decide(snapshot, read.value.request).action);
}

function expectedOf(action: Action): Expected {
  switch (action.kind) {
    case "pass":
      return { kind: "untouched" };
    case "respond": {
      const { status, headers, vary } = action;
      return { kind: "decided", status, headers, vary, exposesReceived: false };
    }
    case "decorate": {
      const { headers, vary, exposeReceived } = action;
      return { kind: "decided", status: undefined, headers, vary, exposesReceived: exposeReceived };
    }
  }
}

/** The first of these origins that a policy admits to the target; one of the target's own would show nothing. */
export function firstAdmitted(
  snapshot: Snapshot,
  target: Target,
  origins: readonly string[],
): Origin | undefined {
  for (const text of origins) {
    const origin = parseOrigin(text);
    if (origin === undefined) continue;
    const headers = [["origin", origin.canonical] as const];
    const read = readRequest({ ...target, method: "GET", headers, httpVersion: "HTTP/1.1" });
    if (read.ok && decide(snapshot, read.value.request).admission !== undefined) return origin;
  }
  return undefined;
}
