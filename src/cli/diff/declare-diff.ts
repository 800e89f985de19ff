import type { Command } from "commander";
import type { Context } from "../context.ts";
import type { DiffFlags } from "./diff.ts";

/** `corsd diff` on the command line. */
export function declareDiff(program: Command, { output, finish }: Context): void {
  program
    .command("diff")
    .description("show what a change of the policy documents does, by group")
    .argument("<old>", "policy file or folder before the change")
    .argument("<new>", "the same after it")
    .option("--tag <name>", "as if there were only the policies with this tag")
    .option("--json", "print one JSON object, for programs")
    .addHelpText("after", DIFF_HELP)
    .action(async (before: string, after: string, flags: DiffFlags) => {
      const { diffCommand } = await import("./diff.ts");
      finish(await diffCommand(before, after, flags, output));
    });
}

const DIFF_HELP = `
Examples:
  git show HEAD:policies.yaml > old.yaml && corsd diff old.yaml policies.yaml
  corsd diff --json old/ policies/ | jq .widens    does it admit anything new?

Exit codes: 0 nothing behaves differently, 4 something does, 1 the documents have errors, 2 wrong usage.`;
