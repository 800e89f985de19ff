import fc from "fast-check";
import { expect } from "vitest";
import { writtenDocument } from "./generate/documents.ts";
import { modelRequest } from "./generate/requests.ts";
import { serviceResponse } from "./generate/responses.ts";
import type { ServiceResponse } from "./model/client-view.ts";
import type { ModelRequest } from "./model/request.ts";
import type { WrittenDocument } from "./model/written.ts";
import { ask, type Seen, snapshotOf } from "./product.ts";

// For what must hold whatever the model says: these ask the product alone. Whoever reads a failure needs its seed, which
// fast-check prints.

/** Documents, each with up to {@link REQUESTS} requests. */
export const RUNS = 300;
const REQUESTS = 30;

export const requests: fc.Arbitrary<ModelRequest[]> = fc.array(modelRequest, {
  minLength: 1,
  maxLength: REQUESTS,
  size: "max",
});

/** Whatever stands in an answer of this service is corsd's. */
export const SILENT: ServiceResponse = { status: 200, headers: [] };

/** Every exchange that the product does not leave alone. */
export function forEveryAnswer(
  check: (seen: Seen, request: ModelRequest, document: WrittenDocument) => void,
  services: fc.Arbitrary<ServiceResponse> = serviceResponse,
): void {
  let answers = 0;
  fc.assert(
    fc.property(writtenDocument, requests, services, (document, asked, service) => {
      const snapshot = snapshotOf(document, "json");
      for (const request of asked) {
        const seen = ask(snapshot, request, service);
        if (seen.said.outcome === "passed") continue;
        answers += 1;
        check(seen, request, document);
      }
    }),
    { numRuns: RUNS },
  );
  expect(answers).toBeGreaterThan(RUNS);
}
