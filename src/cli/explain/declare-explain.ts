import { type Command, Option } from "commander";
import { HTTP_VERSIONS } from "../../cors/http-version.ts";
import { ASSUMED_HTTP_VERSION } from "../../explain/described-request.ts";
import { append } from "../append.ts";
import type { Context } from "../context.ts";
import type { ExplainFlags } from "./explain.ts";

/** `corsd explain` on the command line. */
export function declareExplain(program: Command, { output, finish }: Context): void {
  program
    .command("explain")
    .description("show what is decided about one request, step by step, and every header of it")
    .argument("<path...>", "policy files and folders")
    .requiredOption("--method <method>", "the request's method")
    .requiredOption(
      "--url <url>",
      "`https://host/path?query`, or `/path?query` alone; taken as it is",
    )
    .addOption(
      new Option("-H, --header <line>", "a request header, `name: value`; repeatable")
        .argParser(append)
        .default([], "none"),
    )
    .option(
      "--http-version <version>",
      `${HTTP_VERSIONS.join(", ")} (default: ${ASSUMED_HTTP_VERSION})`,
    )
    .option("--route <name>", "the Envoy route that matched, for groups that match by route")
    .option("--group <name>", "the group that the deployment names for this request")
    .option("--json", "print one JSON object, for programs")
    .addHelpText("after", EXPLAIN_HELP)
    .action(async (paths: readonly string[], flags: ExplainFlags) => {
      const { explainCommand } = await import("./explain.ts");
      finish(await explainCommand(paths, flags, output));
    });
}

const EXPLAIN_HELP = `
Examples:
  corsd explain policies.yaml --method GET --url https://api.example.com/orders \\
    -H 'Origin: https://app.example.com'
  corsd explain policies.yaml --method OPTIONS --url https://api.example.com/orders \\
    -H 'Origin: https://app.example.com' \\
    -H 'Access-Control-Request-Method: PUT' -H 'Access-Control-Request-Headers: x-api-key'

Exit codes: 0 granted or passed, 3 refused, 1 the documents have errors, 2 wrong usage.`;
