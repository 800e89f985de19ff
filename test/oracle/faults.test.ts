import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { doubtfulDocument } from "./generate/wrong-documents.ts";
import { faultsOf } from "./model/faults.ts";
import { errorsOf } from "./product.ts";
import { reduce } from "./reduce.ts";

const FIXED_SEED = 19_990_323;
const DOCUMENTS = 3_000;

/** Whether the product refuses what the model takes, or the other way round. */
function isDisputed(document: unknown): boolean {
  return errorsOf(document, "json").length > 0 !== faultsOf(document).length > 0;
}

describe("model and product refuse the same documents", () => {
  const documents = fc.sample(doubtfulDocument, { seed: FIXED_SEED, numRuns: DOCUMENTS });

  test("none is disputed", () => {
    const disputed = documents.find(isDisputed);
    const small = disputed && reduce(disputed, isDisputed);
    const sides = small && { small, model: faultsOf(small), product: errorsOf(small, "json") };
    expect(sides).toBeUndefined();
  });

  test("many are refused, many are not", () => {
    const refused = documents.filter((document) => faultsOf(document).length > 0).length;
    expect(refused).toBeGreaterThan(DOCUMENTS / 4);
    expect(refused).toBeLessThan((DOCUMENTS * 3) / 4);
  });
});
