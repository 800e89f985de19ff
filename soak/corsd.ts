import { join } from "node:path";
import { accepts } from "../envoy/accepts.ts";
import { type Child, startChild, untilReady } from "../envoy/child.ts";

const ROOT = join(import.meta.dirname, "..");

/** Starts `corsd serve` on a socket file and waits until it accepts connections. */
export async function startCorsd(
  policy: string,
  socket: string,
  environment: NodeJS.ProcessEnv,
): Promise<Child> {
  const child = startChild(
    process.execPath,
    // As the image runs it.
    ["--max-semi-space-size=4", join(ROOT, "src", "main.ts"), "serve", "--policy", policy].concat(
      ["--listen", `unix:${socket}`, "--admin", "none", "--drain-delay", "0"],
      ["--log-refusals", "0"],
    ),
    { cwd: ROOT, env: { ...process.env, ...environment } },
  );
  await untilReady("corsd", child, () => accepts(socket));
  return child;
}
