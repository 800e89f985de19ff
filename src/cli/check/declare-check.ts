import { type Command, Option } from "commander";
import type { Context } from "../context.ts";
import type { CheckFlags } from "./check.ts";
import { CHECK_FORMATS } from "./format.ts";

/** `corsd check` on the command line. */
export function declareCheck(program: Command, { output, finish }: Context): void {
  program
    .command("check")
    .description("print every error and warning of the policy documents")
    .argument("<path...>", "policy files and folders")
    .option("--strict", "let warnings fail too")
    .addOption(
      new Option("--format <format>", "how to print what is found (default: text)").choices(
        CHECK_FORMATS,
      ),
    )
    .addOption(new Option("--json", "short for `--format json`").conflicts("format"))
    .addHelpText(
      "after",
      `
Examples:
  corsd check policies.yaml
  corsd check --strict --json policies/ | jq '.problems[].code'
  corsd check --format sarif policies.yaml > corsd.sarif     for code scanning
  corsd check --format github policies.yaml                  at the lines of a pull request

Exit codes: 0 fine, 1 errors (with --strict: or warnings), 2 wrong usage.`,
    )
    .action(async (paths: readonly string[], flags: CheckFlags) => {
      const { checkCommand } = await import("./check.ts");
      finish(await checkCommand(paths, flags, output));
    });
}
