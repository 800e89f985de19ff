import { Readable } from "node:stream";
import type { Output } from "../../src/cli/output.ts";
import { runProgram } from "../../src/cli/program.ts";

export type Ran = { readonly code: number; readonly out: string; readonly err: string };

export type Surroundings = {
  readonly environment?: Readonly<Record<string, string>>;
  readonly isTerminal?: boolean;
  /** What stands on standard input. */
  readonly input?: string;
};

/** Runs a command line in this process. */
export async function runCorsd(
  args: readonly string[],
  { environment = {}, isTerminal = false, input = "" }: Surroundings = {},
): Promise<Ran> {
  let out = "";
  let err = "";
  const output: Output = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    isTerminal,
  };
  const code = await runProgram(args, environment, output, Readable.from([Buffer.from(input)]));
  return { code, out, err };
}
