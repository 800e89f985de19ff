import { testSchema } from "../../expectation/test-schema.ts";
import { policySchema } from "../../policy/schema.ts";
import { EXIT } from "../exit-code.ts";
import type { Output } from "../output.ts";

export type SchemaFlags = {
  /** Of test files, in place of policy documents. */
  readonly tests?: boolean;
};

/** `corsd schema`: the JSON Schema of what is written by hand. */
export function schemaCommand({ tests }: SchemaFlags, output: Output): number {
  const schema = tests === true ? testSchema() : policySchema();
  output.out(`${JSON.stringify(schema, null, 2)}\n`);
  return EXIT.fine;
}
