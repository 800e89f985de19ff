import { type Command, Option } from "commander";
import { append } from "../append.ts";
import type { Context } from "../context.ts";
import type { ConformanceFlags } from "./flags.ts";

/** `corsd conformance` on the command line. */
export function declareConformance(program: Command, { output, finish }: Context): void {
  program
    .command("conformance")
    .description("ask any gateway by HTTP what it does about CORS, and say what is wrong with it")
    .argument("<url>", "an http or https URL behind the gateway")
    .addOption(
      new Option(
        "--policy <path>",
        "policy file or folder: what corsd would decide is what is expected; repeatable",
      ).argParser(append),
    )
    .option("--route <name>", "with --policy: the Envoy route that the URL matches")
    .option("--group <name>", "with --policy: the group that Envoy names for the URL")
    .option("--allowed-origin <origin>", "an origin that is admitted (with --policy: found there)")
    .option("--refused-origin <origin>", "an origin that is not", "https://corsd-probe.invalid")
    .option("--method <method>", "a method to ask for in preflights; it is never sent", "GET")
    .addOption(
      new Option("--header <name>", "a header to ask for in preflights; repeatable")
        .argParser(append)
        .default([], "none"),
    )
    .addOption(
      new Option("--credentials <yes|no>", "whether credentials are allowed (default: no)").choices(
        ["yes", "no"],
      ),
    )
    .option("--compare <url>", "another gateway: print only what the two answer differently")
    .option("--ca <file>", "authorities (PEM) of the gateway's certificate")
    .option("--insecure", "take any certificate")
    .option("--timeout <duration>", "how long to wait for each answer", "10s")
    .option("--json", "print one JSON object, for programs")
    .addHelpText("after", CONFORMANCE_HELP)
    .action(async (url: string, flags: ConformanceFlags) => {
      const { conformanceCommand } = await import("./conformance.ts");
      finish(await conformanceCommand(url, flags, output));
    });
}

const CONFORMANCE_HELP = `
Examples:
  corsd conformance https://api.example.com/orders --allowed-origin https://app.example.com
  corsd conformance https://api.example.com/orders --policy policies.yaml
  corsd conformance https://old.example.com/orders --compare https://new.example.com/orders \\
    --allowed-origin https://app.example.com

Only GET, HEAD and OPTIONS are sent, without credentials, once for each case.

Exit codes: 0 all is as expected, 1 something is not, or no answer came, 4 --compare: they differ, 2 wrong usage.`;
