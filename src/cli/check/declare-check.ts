import type { Command } from "commander";
import type { Context } from "../context.ts";
import type { CheckFlags } from "./check.ts";

/** `corsd check` on the command line. */
export function declareCheck(program: Command, { output, finish }: Context): void {
  program
    .command("check")
    .description("print every error and warning of the policy documents")
    .argument("<path...>", "policy files and folders")
    .option("--strict", "let warnings fail too")
    .option("--json", "print one JSON object, for programs")
    .addHelpText(
      "after",
      `
Examples:
  corsd check policies.yaml
  corsd check --strict --json policies/ | jq '.problems[].code'

Exit codes: 0 fine, 1 errors (with --strict: or warnings), 2 wrong usage.`,
    )
    .action(async (paths: readonly string[], flags: CheckFlags) => {
      const { checkCommand } = await import("./check.ts");
      finish(await checkCommand(paths, flags, output));
    });
}
