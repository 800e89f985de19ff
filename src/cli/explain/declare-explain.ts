import { type Command, Option } from "commander";
import { HTTP_VERSIONS } from "../../cors/http-version.ts";
import { ASSUMED_HTTP_VERSION } from "../../explain/described-request.ts";
import { append } from "../append.ts";
import type { Context } from "../context.ts";
import type { ExplainFlags } from "./flags.ts";

/** `corsd explain` on the command line. */
export function declareExplain(program: Command, { output, input, finish }: Context): void {
  program
    .command("explain")
    .description(
      "show what is decided about a request, step by step, and what would let it through",
    )
    .argument("<path...>", "policy files and folders")
    .option("--method <method>", "the request's method")
    .option("--url <url>", "`https://host/path?query`, or `/path?query` alone; taken as it is")
    .addOption(
      new Option("-H, --header <line>", "a request header, `name: value`; repeatable")
        .argParser(append)
        .default([], "none"),
    )
    .option(
      "--paste <file>",
      "what was copied: a browser's message, `curl …`, `curl -v`, a raw request; `-`: stdin",
    )
    .option("--origin <origin>", "with --paste: the page's origin, where what was copied has none")
    .option("--from-har <file>", "every cross-origin request of a HAR recording; `-`: stdin")
    .option(
      "--http-version <version>",
      `${HTTP_VERSIONS.join(", ")} (default: ${ASSUMED_HTTP_VERSION})`,
    )
    .option("--route <name>", "the Envoy route that matched, for groups that match by route")
    .option("--group <name>", "the group that the deployment names for this request")
    .option("--json", "print JSON, for programs")
    .addHelpText("after", EXPLAIN_HELP)
    .action(async (paths: readonly string[], flags: ExplainFlags) => {
      const { explainCommand } = await import("./explain.ts");
      finish(await explainCommand(paths, flags, { output, input }));
    });
}

const EXPLAIN_HELP = `
Examples:
  corsd explain policies.yaml --method GET --url https://api.example.com/orders \\
    -H 'Origin: https://app.example.com'
  corsd explain policies.yaml --method OPTIONS --url https://api.example.com/orders \\
    -H 'Origin: https://app.example.com' \\
    -H 'Access-Control-Request-Method: PUT' -H 'Access-Control-Request-Headers: x-api-key'
  corsd explain policies.yaml --paste -              then paste the message, and end with Ctrl-D
  corsd explain policies.yaml --from-har recording.har

Exit codes: 0 granted or passed, 3 refused, 1 the documents have errors, 2 wrong usage.`;
