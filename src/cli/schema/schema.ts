import { policySchema } from "../../policy/schema.ts";
import { EXIT } from "../exit-code.ts";
import type { Output } from "../output.ts";

/** `corsd schema`: the JSON Schema of the policy document. */
export function schemaCommand(output: Output): number {
  output.out(`${JSON.stringify(policySchema(), null, 2)}\n`);
  return EXIT.fine;
}
