import { type Command, Option } from "commander";
import { append } from "../append.ts";
import type { Context } from "../context.ts";
import { TEST_FORMATS } from "./format.ts";
import type { TestFlags } from "./test.ts";

/** `corsd test` on the command line. */
export function declareTest(program: Command, { output, finish }: Context): void {
  program
    .command("test")
    .description("compare what is decided about requests with what you expect")
    .argument("<file...>", "test files, and folders of them")
    .addOption(
      new Option(
        "--policy <path>",
        "policy file or folder, in place of those that the test files name; repeatable",
      ).argParser(append),
    )
    .option("--only <text>", "only tests with this text in their names")
    .option("--require-coverage", "fail where a policy or a group has no test")
    .addOption(
      new Option("--format <format>", "how to print what came out (default: text)").choices(
        TEST_FORMATS,
      ),
    )
    .addHelpText("after", TEST_HELP)
    .action(async (files: readonly string[], flags: TestFlags) => {
      const { testCommand } = await import("./test.ts");
      finish(await testCommand(files, flags, output));
    });
}

const TEST_HELP = `
Example:
  corsd test policies.tests.yaml, with in that file

  policy: policies.yaml
  tests:
    - name: the shop may read orders
      request: {url: https://api.example.com/orders, origin: https://app.example.com}
      expect: {outcome: granted, policy: shop}
    - name: strangers stay out
      request: {url: https://api.example.com/orders}
      each: {origin: [https://evil.example, "null"]}
      expect: refused

Exit codes: 0 all is as expected, 1 something is not, or a file has errors, 2 wrong usage.`;
