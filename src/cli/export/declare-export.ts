import type { Command } from "commander";
import type { Context } from "../context.ts";
import type { ExportEnvoyFlags } from "./export-envoy.ts";

/** `corsd export` on the command line. */
export function declareExport(program: Command, { output, finish }: Context): void {
  const group = program
    .command("export")
    .description("write what another product needs to do the same, as far as it can");
  group
    .command("envoy")
    .description("write routes with policies for Envoy's native cors filter")
    .argument("<path...>", "policy files and folders")
    .option("--cluster <name>", "where the routes lead to", "service")
    .option("--json", "print one JSON object, for programs")
    .addHelpText("after", ENVOY_HELP)
    .action(async (paths: readonly string[], flags: ExportEnvoyFlags) => {
      const { exportEnvoyCommand } = await import("./export-envoy.ts");
      finish(await exportEnvoyCommand(paths, flags, output));
    });
}

const ENVOY_HELP = `
The result is YAML: \`route_config\` with a virtual host for each host of the documents, and \`named_routes\` with what
belongs on routes that are matched by name. What the filter cannot do stands on standard error, and in front of the
YAML as comments.

Examples:
  corsd export envoy policies.yaml > routes.yaml
  corsd export envoy --json policies.yaml | jq -r '.losses[].text'

Exit codes: 0 written, whatever is lost, 1 the documents have errors, 2 wrong usage.`;
