import { Command, CommanderError, Option } from "commander";
import { HTTP_VERSIONS } from "../cors/http-version.ts";
import { ASSUMED_HTTP_VERSION } from "../explain/described-request.ts";
import type { Environment, Flags } from "../server/settings.ts";
import type { CheckFlags } from "./check.ts";
import type { DiffFlags } from "./diff.ts";
import { EXIT } from "./exit-code.ts";
import type { ExplainFlags } from "./explain.ts";
import type { Output } from "./output.ts";
import type { ProbeFlags } from "./probe.ts";
import { addServeOptions, SERVE_HELP } from "./serve-options.ts";
import { programVersion } from "./version.ts";

// Each command is loaded when it is asked for: a container's health check must not wait for a YAML
// parser, and a server keeps what it has loaded for as long as it runs.

/** Runs one command line (without the program's own name) and returns its exit code; writes to `output` only. */
export async function runProgram(
  args: readonly string[],
  environment: Environment,
  output: Output,
): Promise<number> {
  let code: number = EXIT.fine;
  const finish = (result: number): void => {
    code = result;
  };
  const program = root(output);
  serve(program, environment, output, finish);
  check(program, output, finish);
  explain(program, output, finish);
  diff(program, output, finish);
  schema(program, output, finish);
  probe(program, output, finish);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    // commander ends by throwing: code 0 for help and version that were asked for, all else is wrong usage.
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
  }
  return code;
}

type Finish = (code: number) => void;

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
  corsd diff old.yaml policies.yaml               what does this change do?
  corsd serve --policy policies.yaml              answer Envoy on 127.0.0.1:50051
  corsd probe 127.0.0.1:50051                     does it answer?

A PATH is a file, or a folder whose *.yaml, *.yml and *.json are read together in name order.
Exit codes: 0 fine, 1 it failed, 2 wrong usage, 3 \`explain\`: the request would be refused,
4 \`diff\`: something behaves differently.`;

function serve(program: Command, environment: Environment, output: Output, finish: Finish): void {
  const command = program.command("serve").description("run the server that Envoy asks");
  addServeOptions(command)
    .addHelpText("after", SERVE_HELP)
    .action(async (flags: Flags) => {
      const { serveCommand } = await import("./serve.ts");
      finish(await serveCommand(flags, environment, output));
    });
}

function check(program: Command, output: Output, finish: Finish): void {
  program
    .command("check")
    .description("print every error and warning of the policy documents")
    .argument("<path...>", "policy files and folders")
    .option("--strict", "let warnings fail too")
    .option("--json", "print one JSON object, for programs")
    .addHelpText(
      "after",
      `
Examples:
  corsd check policies.yaml
  corsd check --strict --json policies/ | jq '.problems[].code'

Exit codes: 0 fine, 1 errors (with --strict: or warnings), 2 wrong usage.`,
    )
    .action(async (paths: readonly string[], flags: CheckFlags) => {
      const { checkCommand } = await import("./check.ts");
      finish(await checkCommand(paths, flags, output));
    });
}

function explain(program: Command, output: Output, finish: Finish): void {
  program
    .command("explain")
    .description("show what is decided about one request, step by step, and every header of it")
    .argument("<path...>", "policy files and folders")
    .requiredOption("--method <method>", "the request's method")
    .requiredOption(
      "--url <url>",
      "`https://host/path?query`, or `/path?query` alone; taken as it is",
    )
    .addOption(
      new Option("-H, --header <line>", "a request header, `name: value`; repeatable")
        .argParser(append)
        .default([], "none"),
    )
    .option(
      "--http-version <version>",
      `${HTTP_VERSIONS.join(", ")} (default: ${ASSUMED_HTTP_VERSION})`,
    )
    .option("--route <name>", "the Envoy route that matched, for groups that match by route")
    .option("--group <name>", "the group that the deployment names for this request")
    .option("--json", "print one JSON object, for programs")
    .addHelpText("after", EXPLAIN_HELP)
    .action(async (paths: readonly string[], flags: ExplainFlags) => {
      const { explainCommand } = await import("./explain.ts");
      finish(await explainCommand(paths, flags, output));
    });
}

const EXPLAIN_HELP = `
Examples:
  corsd explain policies.yaml --method GET --url https://api.example.com/orders \\
    -H 'Origin: https://app.example.com'
  corsd explain policies.yaml --method OPTIONS --url https://api.example.com/orders \\
    -H 'Origin: https://app.example.com' \\
    -H 'Access-Control-Request-Method: PUT' -H 'Access-Control-Request-Headers: x-api-key'

Exit codes: 0 granted or passed, 3 refused, 1 the documents have errors, 2 wrong usage.`;

function append(line: string, before: readonly string[]): readonly string[] {
  return [...before, line];
}

function diff(program: Command, output: Output, finish: Finish): void {
  program
    .command("diff")
    .description("show what a change of the policy documents does, by group")
    .argument("<old>", "policy file or folder before the change")
    .argument("<new>", "the same after it")
    .option("--tag <name>", "as if there were only the policies with this tag")
    .option("--json", "print one JSON object, for programs")
    .addHelpText("after", DIFF_HELP)
    .action(async (before: string, after: string, flags: DiffFlags) => {
      const { diffCommand } = await import("./diff.ts");
      finish(await diffCommand(before, after, flags, output));
    });
}

const DIFF_HELP = `
Examples:
  git show HEAD:policies.yaml > old.yaml && corsd diff old.yaml policies.yaml
  corsd diff --json old/ policies/ | jq .widens    does it admit anything new?

Exit codes: 0 nothing behaves differently, 4 something does, 1 the documents have errors, 2 wrong usage.`;

function schema(program: Command, output: Output, finish: Finish): void {
  program
    .command("schema")
    .description("print the JSON Schema of the policy document, for editors")
    .addHelpText(
      "after",
      `
Example:
  corsd schema > corsd.schema.json
  and as the first line of the document, for editors with a YAML language server:
  # yaml-language-server: $schema=corsd.schema.json`,
    )
    .action(async () => {
      const { schemaCommand } = await import("./schema.ts");
      finish(schemaCommand(output));
    });
}

function probe(program: Command, output: Output, finish: Finish): void {
  program
    .command("probe")
    .description("ask a running server as Envoy would: health, then a preflight")
    .argument("<address>", "unix:PATH or HOST:PORT, as --listen of serve")
    .option("--timeout <duration>", "how long all of it may last", "2s")
    .option("--service <name>", "the service whose health is asked for", "")
    .option(
      "--tls-ca <file>",
      "authorities (PEM) of the server's certificate; without it plaintext",
    )
    .option("--tls-cert <file>", "client certificate (PEM)")
    .option("--tls-key <file>", "private key (PEM) of that certificate")
    .option("--admin", "the address is that of the admin listener: ask whether the server is ready")
    .addHelpText(
      "after",
      `
Examples:
  corsd probe unix:/run/corsd/corsd.sock
  corsd probe 127.0.0.1:50051 --tls-ca ca.pem
  corsd probe --admin 127.0.0.1:9905

The preflight's origin is https://corsd-probe.invalid; whatever is decided about it is fine. It is counted and logged
like any other.

Exit codes: 0 it answers, 1 it does not, or is not ready, 2 wrong usage.`,
    )
    .action(async (address: string, flags: ProbeFlags) => {
      const { probeCommand } = await import("./probe.ts");
      finish(await probeCommand(address, flags, output));
    });
}
