import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { Coverage } from "./coverage.ts";
import { writtenDocument } from "./generate/documents.ts";
import { modelRequest } from "./generate/requests.ts";
import { serviceResponse } from "./generate/responses.ts";
import { type ServiceResponse, type View, viewOf } from "./model/client-view.ts";
import { type Meaning, meaningOf } from "./model/meaning.ts";
import type { ModelRequest } from "./model/request.ts";
import { judge } from "./model/steps.ts";
import type { WrittenDocument } from "./model/written.ts";
import { ask, errorsOf, type Notation, type Said, snapshotOf } from "./product.ts";
import { reduce } from "./reduce.ts";

/** One request under one document, and what the service would answer. */
export type Pair = {
  readonly document: WrittenDocument;
  readonly request: ModelRequest;
  readonly service: ServiceResponse;
};

type Opinion = { readonly said: Said; readonly view: View };

export type Disagreement = {
  readonly pair: Pair;
  readonly model: Opinion | string;
  readonly product: Opinion | string;
};

export type Comparison = {
  readonly pairs: number;
  readonly coverage: Coverage;
  /** The first one, made as small as it can be. */
  readonly disagreement: Disagreement | undefined;
};

/** Documents that are made of one seed: what is drawn stays small, and a run of any length begins alike. */
const BATCH = 25;
/** Of one document. Compiling it costs as much as some ten of them. */
const REQUESTS = 100;

const batchItem = fc.tuple(
  writtenDocument,
  fc.array(fc.tuple(modelRequest, serviceResponse), { minLength: REQUESTS, maxLength: REQUESTS }),
);

/** Another one each time. Batches count up from it, so that it stays a 32-bit number. */
export function freshSeed(): number {
  return Math.floor(Math.random() * 2 ** 30);
}

/** Compares the model with the product until they disagree, for this many pairs or a few more. */
export function compare(
  seed: number,
  pairs: number,
  onProgress: (done: number) => void = () => {},
): Comparison {
  const coverage = new Coverage();
  let done = 0;
  for (let batch = 0; done < pairs; batch++) {
    const items = fc.sample(batchItem, { seed: seed + batch, numRuns: BATCH });
    for (const [index, [document, asked]] of items.entries()) {
      const notation = index % 2 === 0 ? "yaml" : "json";
      const found = compareUnder(document, asked, notation, coverage);
      if (found !== undefined) {
        return { pairs: done, coverage, disagreement: smallest(found, notation) };
      }
      done += asked.length;
    }
    onProgress(done);
  }
  return { pairs: done, coverage, disagreement: undefined };
}

type Asked = readonly (readonly [request: ModelRequest, service: ServiceResponse])[];

function compareUnder(
  document: WrittenDocument,
  asked: Asked,
  notation: Notation,
  coverage: Coverage,
): Pair | undefined {
  const meaning = meaningOf(document);
  const snapshot = snapshotOf(document, notation);
  for (const [request, service] of asked) {
    const verdict = judge(meaning, request);
    const { answer, ...said } = verdict;
    const view = viewOf(answer, service);
    if (!isDeepStrictEqual(ask(snapshot, request, service), { said, view })) {
      return { document, request, service };
    }
    coverage.count(meaning, request, service, verdict);
  }
  return undefined;
}

/** Takes parts away as long as the two still disagree about what is left. */
function smallest(pair: Pair, notation: Notation): Disagreement {
  const disagrees = (candidate: unknown): boolean => {
    const { model, product } = opinions(candidate as Pair, notation);
    return typeof model !== "string" && !isDeepStrictEqual(model, product);
  };
  const small = reduce(pair, disagrees) as Pair;
  return { pair: small, ...opinions(small, notation) };
}

function opinions(pair: Pair, notation: Notation): Pick<Disagreement, "model" | "product"> {
  const { document, request, service } = pair;
  try {
    if (!isWhole(pair) || errorsOf(document, notation).length > 0)
      return { model: "no document", product: "" };
    const { answer, ...said } = judge(meaningOf(document) satisfies Meaning, request);
    const model = { said, view: viewOf(answer, service) };
    return { model, product: asked(pair, notation) };
  } catch {
    return { model: "no pair", product: "" };
  }
}

/** Whether what is left after a part was taken away can still be sent. */
function isWhole({ request, service }: Pair): boolean {
  const needed: readonly unknown[] = [
    request.method,
    request.path,
    request.httpVersion,
    service.status,
  ];
  const isSent = request.path !== "" || request.method === "CONNECT";
  const areLines = service.headers.every((each) => each.length === 2);
  return needed.every((each) => each !== undefined) && isSent && areLines;
}

function asked({ document, request, service }: Pair, notation: Notation): Opinion | string {
  try {
    return ask(snapshotOf(document, notation), request, service);
  } catch (error) {
    return String(error);
  }
}

/** For people, and for those who write a case of it. */
export function report(seed: number, { pair, model, product }: Disagreement): string {
  return [
    `model and product disagree (ORACLE_SEED=${seed}):`,
    JSON.stringify(pair, undefined, 1),
    `model:   ${JSON.stringify(model)}`,
    `product: ${JSON.stringify(product)}`,
  ].join("\n");
}
