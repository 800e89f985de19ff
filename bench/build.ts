import { join } from "node:path";
import { startChild } from "../envoy/child.ts";

const ROOT = join(import.meta.dirname, "..");

/** Makes `dist`, which is what runs in production: sources that are stripped of their types as they are loaded take more memory. */
export async function buildProgram(signal: AbortSignal): Promise<void> {
  const tsc = startChild(join(ROOT, "node_modules", ".bin", "tsc"), ["-b", "src/tsconfig.json"], {
    cwd: ROOT,
  });
  signal.addEventListener("abort", () => void tsc.stop(), { once: true });
  const how = await tsc.ended;
  signal.throwIfAborted();
  if (how !== "exit 0") throw new Error(`cannot build corsd: ${how}\n${tsc.output()}`);
}
