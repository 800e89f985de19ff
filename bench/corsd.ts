import { join } from "node:path";
import { accepts } from "../envoy/accepts.ts";
import { startChild, untilReady } from "../envoy/child.ts";
import { NODE_ARGUMENTS } from "./node-arguments.ts";

const ROOT = join(import.meta.dirname, "..");

export type Corsd = {
  readonly pid: number;
  readonly socket: string;
  /** Milliseconds from the start of the process until it listened. */
  readonly startedIn: number;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
};

/** A corsd as in production: built, with its defaults, its admin listener (on a free port), a socket file. */
export async function startCorsd(policy: string, socket: string): Promise<Corsd> {
  const begun = performance.now();
  const child = startChild(
    process.execPath,
    [...NODE_ARGUMENTS, join(ROOT, "dist", "main.js"), "serve", "--policy", policy].concat(
      ["--listen", `unix:${socket}`],
      ["--drain-delay", "0", "--drain-timeout", "1s"],
    ),
    { env: { ...process.env, NODE_ENV: "production", CORSD_ADMIN: "127.0.0.1:0" } },
  );
  await untilReady("corsd", child, () => accepts(socket), START_LIMIT);
  if (child.pid === undefined) throw new Error("corsd did not start");
  const startedIn = performance.now() - begun;
  return { pid: child.pid, socket, startedIn, log: child.output, stop: child.stop };
}

/** In milliseconds: a hundred thousand origins take their time. */
const START_LIMIT = 60_000;
