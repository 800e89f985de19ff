import type { Environment } from "../server/settings.ts";
import type { Output } from "./output.ts";

/** What a command is given when it is declared. */
export type Context = {
  readonly environment: Environment;
  readonly output: Output;
  /** Called with the exit code once the command is done. */
  readonly finish: (code: number) => void;
};
