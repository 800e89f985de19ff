import { Command, CommanderError } from "commander";
import type { Environment } from "../server/settings.ts";
import { declareCheck } from "./check/declare-check.ts";
import { declareConformance } from "./conformance/declare-conformance.ts";
import type { Context } from "./context.ts";
import { declareDiff } from "./diff/declare-diff.ts";
import { declareDoctor } from "./doctor/declare-doctor.ts";
import { EXIT } from "./exit-code.ts";
import { declareExplain } from "./explain/declare-explain.ts";
import { declareExport } from "./export/declare-export.ts";
import { declareImport } from "./import/declare-import.ts";
import type { Output } from "./output.ts";
import { declareProbe } from "./probe/declare-probe.ts";
import { type Input, NO_INPUT } from "./read-input.ts";
import { declareSchema } from "./schema/declare-schema.ts";
import { declareServe } from "./serve/declare-serve.ts";
import { declareTest } from "./test/declare-test.ts";
import { programVersion } from "./version.ts";

// A declaration loads its command when it is asked for: a container's health check must not wait for a YAML
// parser, and a server keeps what it has loaded for as long as it runs.

/** In the order of the help. */
const COMMANDS: readonly ((program: Command, context: Context) => void)[] = [
  declareServe,
  declareCheck,
  declareExplain,
  declareDiff,
  declareDoctor,
  declareImport,
  declareExport,
  declareTest,
  declareSchema,
  declareProbe,
  declareConformance,
];

/** Runs one command line (without the program's own name) and returns its exit code; writes to `output` only. */
export async function runProgram(
  args: readonly string[],
  environment: Environment,
  output: Output,
  input: Input = NO_INPUT,
): Promise<number> {
  let code: number = EXIT.fine;
  const finish = (result: number): void => {
    code = result;
  };
  const program = declareProgram({ environment, output, input, finish });
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    // commander ends by throwing: code 0 for help and version that were asked for, all else is wrong usage.
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
  }
  return code;
}

/** The whole command line, ready to be parsed or described. */
export function declareProgram(context: Context): Command {
  const program = root(context.output);
  for (const declare of COMMANDS) declare(program, context);
  return program;
}

function root(output: Output): Command {
  return new Command("corsd")
    .description(
      "Decides CORS for Envoy: answers preflights, refuses or decorates actual requests, by one policy document.",
    )
    .version(programVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help; after a command, that command's")
    .exitOverride()
    .configureOutput({ writeOut: output.out, writeErr: output.err })
    .showHelpAfterError("(add --help for how to write it)")
    .addHelpText("after", ROOT_HELP);
}

const ROOT_HELP = `
Examples:
  corsd check policies.yaml                       is the document right?
  corsd explain policies.yaml --method GET --url https://api.example.com/orders \\
    -H 'Origin: https://app.example.com'          what would happen to this request, and why?
  corsd explain policies.yaml --paste -           the same, from the browser's message on standard input
  corsd diff old.yaml policies.yaml               what does this change do?
  corsd doctor --config-dump http://127.0.0.1:9901 \\
    --policy policies.yaml                        does Envoy ask it as it should?
  corsd import kong kong.yaml > policies.yaml     what would it be in corsd?
  corsd test policies.tests.yaml                  does it decide as you expect?
  corsd serve --policy policies.yaml              answer Envoy on 127.0.0.1:50051
  corsd probe 127.0.0.1:50051                     does it answer?
  corsd conformance https://api.example.com/ --policy policies.yaml
                                                  does the gateway do so?

A PATH is a file, or a folder whose *.yaml, *.yml and *.json are read together in name order.
Exit codes: 0 fine, 1 it failed, 2 wrong usage, 3 \`explain\`: the request would be refused,
4 \`diff\`, \`conformance --compare\`: something behaves differently.`;
