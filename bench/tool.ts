import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { startChild } from "../envoy/child.ts";

/** The first of the places that holds a program that may be run; then the folders of the PATH. */
export async function findProgram(
  name: string,
  places: readonly string[],
): Promise<string | undefined> {
  const { PATH: path = "" } = process.env;
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  for (const candidate of [...places, ...folders.map((folder) => join(folder, name))]) {
    if (await isProgram(candidate)) return candidate;
  }
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Runs a program to its end and returns what it wrote. Throws, with that, where it fails or is told to stop. */
export async function runTool(
  command: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  const child = startChild(command, args);
  const stop = (): void => child.signal("SIGKILL");
  signal.addEventListener("abort", stop, { once: true });
  const how = await child.ended;
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
  if (how !== "exit 0") throw new Error(`${command}: ${how}\n${child.output().slice(-2_000)}`);
  return child.output();
}
