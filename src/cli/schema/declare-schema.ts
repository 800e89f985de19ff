import type { Command } from "commander";
import type { Context } from "../context.ts";
import type { SchemaFlags } from "./schema.ts";

/** `corsd schema` on the command line. */
export function declareSchema(program: Command, { output, finish }: Context): void {
  program
    .command("schema")
    .description("print the JSON Schema of the policy document, for editors")
    .addHelpText(
      "after",
      `
Example:
  corsd schema > corsd.schema.json
  and as the first line of the document, for editors with a YAML language server:
  # yaml-language-server: $schema=corsd.schema.json`,
    )
    .option("--tests", "of the test files that `corsd test` reads")
    .action(async (flags: SchemaFlags) => {
      const { schemaCommand } = await import("./schema.ts");
      finish(schemaCommand(flags, output));
    });
}
