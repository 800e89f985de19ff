import { err, ok, type Result } from "../../cors/result.ts";
import type { Snapshot } from "../../cors/snapshot.ts";
import { type DescribedRequest, readRequest } from "../../explain/described-request.ts";
import { explainRequest } from "../../explain/explain-request.ts";
import type { Explanation } from "../../explain/explanation.ts";
import { type Mend, mend } from "../../mend/mend.ts";
import { compileSnapshot } from "../../policy/compile.ts";
import type { Problem } from "../../policy/problem.ts";
import { examine, type Loaded, readContents } from "../../source/examine.ts";
import { libraries } from "../../source/libraries.ts";

/** One request and what is decided about it. */
export type Explained = { readonly request: DescribedRequest; readonly explanation: Explanation };

export type ExplainedExchange = {
  readonly explained: readonly Explained[];
  /** What would let all of it through; null where it is let through. */
  readonly mend: Exclude<Mend, { kind: "allowed" }> | null;
};

/** Explains requests by policy documents that were read once. */
export class Explainer {
  readonly #loaded: Loaded;
  readonly #snapshot: Snapshot;

  private constructor(loaded: Loaded, revision: string) {
    this.#loaded = loaded;
    this.#snapshot = compileSnapshot(loaded.resolved, revision);
  }

  /** The error is everything that is wrong with the documents. */
  static async load(paths: readonly string[]): Promise<Result<Explainer, readonly Problem[]>> {
    const { loaded, problems, digest } = examine(await readContents(paths));
    return loaded === undefined ? err(problems) : ok(new Explainer(loaded, digest));
  }

  /** The requests of one exchange: a preflight and its actual request, or one of them; they were read before. */
  exchange(described: readonly DescribedRequest[]): ExplainedExchange {
    const understood = described.map((request) => {
      const read = readRequest(request);
      if (!read.ok) throw new Error(`${read.error.field}: ${read.error.message}`);
      return { request, understood: read.value };
    });
    const document = this.#loaded.resolved;
    const found = mend(
      { document, snapshot: this.#snapshot, libraries },
      understood.map(({ understood: { request } }) => request),
    );
    return {
      explained: understood.map((one) => ({
        request: one.request,
        explanation: explainRequest(this.#snapshot, one.understood),
      })),
      mend: found.kind === "allowed" ? null : found,
    };
  }
}
