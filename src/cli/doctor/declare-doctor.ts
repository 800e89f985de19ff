import { type Command, Option } from "commander";
import { append } from "../append.ts";
import type { Context } from "../context.ts";
import type { DoctorFlags } from "./doctor.ts";

/** `corsd doctor` on the command line. */
export function declareDoctor(program: Command, { output, finish }: Context): void {
  program
    .command("doctor")
    .description("find what is wrong in the configuration of the Envoy that asks corsd")
    .requiredOption(
      "--config-dump <source>",
      "Envoy's admin address (http://127.0.0.1:9901), a file of its /config_dump, or - for stdin",
    )
    .addOption(
      new Option(
        "--policy <path>",
        "policy file or folder, to see what it asks of Envoy; repeatable",
      )
        .argParser(append)
        .default([], "none"),
    )
    .addOption(
      new Option("--cluster <name>", "Envoy's cluster for corsd; repeatable")
        .argParser(append)
        .default([], "what looks like corsd's"),
    )
    .option("--strict", "let warnings fail too")
    .option("--json", "print one JSON object, for programs")
    .addHelpText("after", DOCTOR_HELP)
    .action(async (flags: DoctorFlags) => {
      const { doctorCommand } = await import("./doctor.ts");
      finish(await doctorCommand(flags, output));
    });
}

const DOCTOR_HELP = `
Examples:
  corsd doctor --config-dump http://127.0.0.1:9901 --policy policies.yaml
  curl -s '127.0.0.1:9901/config_dump?include_eds' | corsd doctor --config-dump -
  corsd doctor --config-dump envoy/full.yaml          a bootstrap, before Envoy runs

Exit codes: 0 fine, 1 errors (with --strict: or warnings) or nothing to look at, 2 wrong usage.`;
