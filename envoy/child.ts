import { type ChildProcess, spawn } from "node:child_process";

/** What is kept of a process's output: enough for any test or failure, bounded for a server that logs for days. */
const outputLimit = 4 * 1024 * 1024;

/** How long a process may take over SIGTERM before SIGKILL. */
const patience = 8_000;

/** A process of ours, its output kept; it never outlives this process. */
export type Child = {
  readonly pid: number | undefined;
  /** Standard output and standard error, as they came; the last 4 MiB. */
  readonly output: () => string;
  /** Resolves with words for how it ended, whoever ended it. */
  readonly ended: Promise<string>;
  readonly hasEnded: () => boolean;
  /** SIGTERM, then SIGKILL; resolves once it is gone. May be called more than once. */
  readonly stop: () => Promise<void>;
  readonly signal: (name: NodeJS.Signals) => void;
};

export type ChildOptions = {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Takes the output as it comes. */
  readonly onOutput?: (text: string) => void;
};

export function startChild(
  command: string,
  args: readonly string[],
  options: ChildOptions = {},
): Child {
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: Ctrl-C at the terminal reaches us alone, and we stop the others in order.
    detached: true,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  const killAtExit = (): void => {
    child.kill("SIGKILL");
  };
  process.once("exit", killAtExit);
  const output = collect(child, options.onOutput);
  let gone = false;
  const ended = new Promise<string>((resolve) => {
    const end = (how: string): void => {
      gone = true;
      process.removeListener("exit", killAtExit);
      resolve(how);
    };
    child.once("error", (error) => end(error.message));
    child.once("close", (code, signal) =>
      end(signal === null ? `exit ${code}` : `killed by ${signal}`),
    );
  });
  const stop = async (): Promise<void> => {
    if (gone) return;
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), patience);
    await ended;
    clearTimeout(timer);
  };
  return {
    pid: child.pid,
    output,
    ended,
    hasEnded: () => gone,
    stop,
    signal: (name) => child.kill(name),
  };
}

function collect(child: ChildProcess, onOutput?: (text: string) => void): () => string {
  let kept = "";
  const take = (text: string): void => {
    kept = (kept + text).slice(-outputLimit);
    onOutput?.(text);
  };
  child.stdout?.setEncoding("utf8").on("data", take);
  child.stderr?.setEncoding("utf8").on("data", take);
  return () => kept;
}

/**
 * Asks `ready` again and again until it says yes. Throws where the process ends first or the time is over, with what
 * the process said last.
 */
export async function untilReady(
  name: string,
  child: Child,
  ready: () => Promise<boolean>,
  timeoutMs = 20_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!child.hasEnded() && Date.now() < deadline) {
    if (await ready()) return;
    await Promise.race([child.ended, new Promise((wake) => setTimeout(wake, 25))]);
  }
  const how = child.hasEnded() ? `ended (${await child.ended})` : `not ready after ${timeoutMs} ms`;
  await child.stop();
  throw new Error(`${name} ${how}\n${child.output().slice(-4_000)}`);
}
