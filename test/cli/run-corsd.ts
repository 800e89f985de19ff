import { runProgram } from "../../src/cli/program.ts";

export type Ran = { readonly code: number; readonly out: string; readonly err: string };

export type Surroundings = {
  readonly environment?: Readonly<Record<string, string>>;
  readonly isTerminal?: boolean;
};

/** Runs a command line in this process. */
export async function runCorsd(
  args: readonly string[],
  { environment = {}, isTerminal = false }: Surroundings = {},
): Promise<Ran> {
  let out = "";
  let err = "";
  const code = await runProgram(args, environment, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    isTerminal,
  });
  return { code, out, err };
}
