import { run } from "../../server/run.ts";
import { type Environment, type Flags, readSettings } from "../../server/settings.ts";
import { EXIT } from "../exit-code.ts";
import type { Output } from "../output.ts";

/** `corsd serve`: runs until it is told to stop. */
export async function serveCommand(
  flags: Flags,
  environment: Environment,
  output: Output,
): Promise<number> {
  const settings = readSettings(flags, environment);
  if (!settings.ok) {
    for (const problem of settings.error) output.err(`error: ${problem}\n`);
    output.err("(add --help for how to write it)\n");
    return EXIT.usage;
  }
  return run(settings.value);
}
