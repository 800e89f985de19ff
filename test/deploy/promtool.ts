import { startChild } from "../../envoy/child.ts";

export type Verdict = { readonly end: string; readonly output: string };

export async function promtool(path: string, ...args: readonly string[]): Promise<Verdict> {
  const child = startChild(path, args);
  const end = await child.ended;
  return { end, output: child.output() };
}
