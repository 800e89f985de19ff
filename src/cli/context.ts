import type { Environment } from "../server/settings.ts";
import type { Output } from "./output.ts";
import type { Input } from "./read-input.ts";

/** What a command is given when it is declared. */
export type Context = {
  readonly environment: Environment;
  readonly output: Output;
  /** Standard input. */
  readonly input: Input;
  /** Called with the exit code once the command is done. */
  readonly finish: (code: number) => void;
};
