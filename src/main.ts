#!/usr/bin/env node
import { wantsColors } from "./cli/paint.ts";
import { runProgram } from "./cli/program.ts";

// The only place that knows the process: its arguments, its streams, its exit code. Setting the code instead of
// exiting lets what was written reach a pipe.

// A reader that has seen enough (`corsd schema | head`) closes the pipe; that is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

const output = {
  out: (text: string) => process.stdout.write(text),
  err: (text: string) => process.stderr.write(text),
  isTerminal: wantsColors(
    process.env,
    process.stdout.isTTY === true && process.stdout.hasColors(process.env),
  ),
};
process.exitCode = await runProgram(process.argv.slice(2), process.env, output, process.stdin);
