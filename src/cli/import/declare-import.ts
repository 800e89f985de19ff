import type { Command } from "commander";
import type { Context } from "../context.ts";
import type { ImportFlags } from "./import.ts";

/** `corsd import` on the command line. */
export function declareImport(program: Command, { output, input, finish }: Context): void {
  program
    .command("import")
    .description("make a policy document of another product's configuration, and say what differs")
    .argument("<kind>", "what the files configure, see below")
    .argument("<file...>", "its configuration, as YAML or JSON; `-`: stdin")
    .option("-o, --output <file>", "write the document there, not to standard output")
    .option("--force", "let --output replace a file")
    .option("--json", "print one JSON object, for programs")
    .addHelpText("after", IMPORT_HELP)
    .action(async (kind: string, files: readonly string[], flags: ImportFlags) => {
      const { importCommand } = await import("./import.ts");
      finish(await importCommand(kind, files, flags, { output, input }));
    });
}

const IMPORT_HELP = `
Kinds:
  envoy                 a bootstrap, route configurations or a dump, with the native cors filter
  gateway-api           HTTPRoutes with the filter CORS
  gravitee              API definitions, version 2 or 4
  ingress-nginx         Ingresses with the annotations of the community's controller
  istio                 VirtualServices with a corsPolicy
  kong                  a declarative configuration, as decK dumps it
  spring-cloud-gateway  application.yml
  webmethods            assets of an API Gateway export, or answers of its REST API

The document goes to standard output, and what will behave differently to standard error.

Examples:
  corsd import kong kong.yaml > policies.yaml
  corsd import gravitee orders.json catalogue.json --output policies.yaml
  kubectl get virtualservice -A -o yaml | corsd import istio - > policies.yaml
  corsd import kong kong.yaml --json | jq -r '.differences[].text'

Exit codes: 0 imported, 1 the files are not what the kind says, 2 wrong usage.`;
