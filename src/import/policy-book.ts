import type { Difference } from "./difference.ts";
import { NameGiver } from "./policy-name.ts";
import type { WrittenPolicy } from "./written-document.ts";

export type PolicyFields = Omit<WrittenPolicy, "name">;

/** Policies of a document, of which many routes may have the same: it then stands once. */
export class PolicyBook {
  readonly #names: NameGiver = new NameGiver();
  readonly #byFields: Map<string, WrittenPolicy> = new Map();
  readonly differences: Difference[] = [];

  get policies(): readonly WrittenPolicy[] {
    return [...this.#byFields.values()];
  }

  /** The policy's name. `texts`: what is different with it; each is said once. */
  add(
    fields: PolicyFields,
    source: { readonly place: string; readonly name: string; readonly texts: readonly string[] },
  ): string {
    const key = JSON.stringify(fields);
    const policy = this.#byFields.get(key) ?? { name: this.#names.give(source.name), ...fields };
    this.#byFields.set(key, policy);
    for (const text of source.texts) this.#say({ place: source.place, policy: policy.name, text });
    return policy.name;
  }

  #say(difference: Difference): void {
    const isKnown = this.differences.some(
      ({ policy, text }) => policy === difference.policy && text === difference.text,
    );
    if (!isKnown) this.differences.push(difference);
  }
}
