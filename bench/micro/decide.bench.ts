import { describe, test } from "vitest";
import { decide as decideNow } from "../../src/cors/decide.ts";
import type { Request } from "../../src/cors/request.ts";
import type { Snapshot } from "../../src/cors/snapshot.ts";
import { casesAt } from "../../test/conformance/case.ts";
import { requestOf } from "../../test/conformance/request-of.ts";
import { snapshotOf } from "../../test/conformance/snapshot-of.ts";
import { request } from "../../test/cors/sample.ts";
import { documentText, LARGE, originOf, pathOf, SMALL, samplePairs } from "../large-document.ts";
import { ADVERSARIAL, compileText, DEMANDING, inTurn } from "./samples.ts";

// A binding of this module: an import is looked up anew at each call here.
const decide = decideNow;

type Sample = { readonly snapshot: Snapshot; readonly asked: Request };

function decideAll(samples: readonly Sample[]): () => void {
  return inTurn(samples, ({ snapshot, asked }) => decide(snapshot, asked));
}

describe("decide", () => {
  const cases = Map.groupBy(
    casesAt("decide"),
    ({ expect: { kind, outcome } }) => `${kind}, ${outcome}`,
  );

  test("the conformance cases, in turn", async ({ bench }) => {
    const benches = [...cases].map(([sort, given]) => {
      const samples = given.map((one) => ({ snapshot: snapshotOf(one), asked: requestOf(one) }));
      return bench(`${sort} (${given.length} cases)`, decideAll(samples));
    });
    await bench.compare(...benches);
  });

  test("as much work as a client can cause", async ({ bench }) => {
    const snapshot = compileText(DEMANDING);
    const benches = Object.entries(ADVERSARIAL).map(([name, asked]) =>
      bench(name, decideAll([{ snapshot, asked }])),
    );
    await bench.compare(...benches);
  });

  test("1 origin, and 100,000 in 1,000 groups", async ({ bench }) => {
    const benches = [SMALL, LARGE].map((document) => {
      const snapshot = compileText(documentText(document));
      const samples = samplePairs(document, 2000).map(([group, at]) => ({
        snapshot,
        asked: request({ origin: originOf(group, at), path: pathOf(group) }),
      }));
      return bench(`${document.groups * document.origins} origins`, decideAll(samples));
    });
    await bench.compare(...benches);
  });
});
