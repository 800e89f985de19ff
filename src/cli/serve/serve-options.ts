import { type Command, Option } from "commander";
import { kebab, SERVE_OPTIONS, type ServeOption } from "../../server/settings.ts";
import { append } from "../append.ts";

/** Every setting as a flag. Its text is read by the settings themselves, so commander sees no default. */
export function addServeOptions(command: Command): Command {
  for (const option of SERVE_OPTIONS) command.addOption(toFlag(option));
  return command;
}

function toFlag(option: ServeOption): Option {
  const notes = [
    ...(option.repeatable ? ["repeatable"] : []),
    ...(option.fallback === undefined ? [] : [`default: ${option.fallback}`]),
    option.variable,
  ];
  const flag = new Option(
    `--${kebab(option.name)} <${option.value}>`,
    `${option.help} (${notes.join("; ")})`,
  );
  return option.repeatable ? flag.argParser(append) : flag;
}

export const SERVE_HELP = `
The name in capitals is the environment variable of a flag; the flag wins. A variable of a repeatable flag is a list
with commas. Durations are written 500ms, 5s or 5 (seconds). The policy files are watched: a change is in force within
a second, and a document with errors never replaces a good one. SIGHUP reads them at once; SIGTERM stops.

Examples:
  corsd serve --policy policies.yaml
  corsd serve --policy policies/ --listen unix:/run/corsd.sock --listen 127.0.0.1:50051
  CORSD_POLICY=policies.yaml CORSD_LOG_LEVEL=debug corsd serve

Exit codes: 0 after a clean stop, 1 could not start, 2 wrong usage.`;
