import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accepts } from "../../envoy/accepts.ts";
import { startChild, untilReady } from "../../envoy/child.ts";

const root = join(import.meta.dirname, "..", "..");

export type RunningCorsd = {
  /** The socket file that it listens on; undefined where `listen` named something else. */
  readonly socket: string;
  readonly pid: number | undefined;
  readonly log: () => string;
  /** Words for how the process ended. */
  readonly ended: Promise<string>;
  readonly signal: (name: NodeJS.Signals) => void;
  readonly stop: () => Promise<void>;
};

/** A real `corsd serve` with this policy file, on a socket in a folder of its own. Whoever starts it stops it. */
export async function startCorsd(options: {
  readonly policy: string;
  /** A path for the socket; left out: a fresh one. */
  readonly socket?: string;
  /** More of the command line. */
  readonly args?: readonly string[];
}): Promise<RunningCorsd> {
  const folder = await mkdtemp(join(tmpdir(), "corsd-serve-"));
  const socket = options.socket ?? join(folder, "corsd.sock");
  const child = startChild(
    process.execPath,
    [join(root, "src", "main.ts"), "serve", "--policy", options.policy].concat(
      ["--listen", `unix:${socket}`, "--admin", "127.0.0.1:0", "--drain-delay", "0"],
      options.args ?? [],
    ),
    { cwd: root },
  );
  const stop = async (): Promise<void> => {
    await child.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilReady("corsd", child, () => accepts(socket));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    socket,
    pid: child.pid,
    log: child.output,
    ended: child.ended,
    signal: child.signal,
    stop,
  };
}
