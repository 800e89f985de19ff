import type { Command } from "commander";
import type { Flags } from "../../server/settings.ts";
import type { Context } from "../context.ts";
import { addServeOptions, SERVE_HELP } from "./serve-options.ts";

/** `corsd serve` on the command line. */
export function declareServe(program: Command, { environment, output, finish }: Context): void {
  const command = program.command("serve").description("run the server that Envoy asks");
  addServeOptions(command)
    .addHelpText("after", SERVE_HELP)
    .action(async (flags: Flags) => {
      const { serveCommand } = await import("./serve.ts");
      finish(await serveCommand(flags, environment, output));
    });
}
