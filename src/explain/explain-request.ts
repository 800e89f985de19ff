import { decide } from "../cors/decide.ts";
import type { Snapshot } from "../cors/snapshot.ts";
import { ASSUMED_HTTP_VERSION, type UnderstoodRequest } from "./described-request.ts";
import { type Explanation, explain } from "./explanation.ts";

/** What is decided about a request under this document, and why. */
export function explainRequest(
  snapshot: Snapshot,
  { request, isVersionAssumed }: UnderstoodRequest,
): Explanation {
  const explanation = explain(decide(snapshot, request), request);
  if (!(snapshot.needs.httpVersion && isVersionAssumed)) return explanation;
  const step = `HTTP version: taken to be ${ASSUMED_HTTP_VERSION}, since none is given`;
  return { ...explanation, steps: [step, ...explanation.steps] };
}
