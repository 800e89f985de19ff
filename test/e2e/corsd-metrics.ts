import { expect } from "vitest";
import type { RunningCorsd } from "./corsd-process.ts";

/** Where the admin listener of this process is, once it serves. */
export async function adminOf(corsd: RunningCorsd): Promise<string> {
  const place = /"admin":"([^"]+)"/;
  await expect.poll(corsd.log, { timeout: 10_000 }).toMatch(place);
  const [, address = ""] = place.exec(corsd.log()) ?? [];
  return address;
}

/** Reads metrics of this process by their names, labels left out: the sum of the series of each. */
export async function metricsOf(corsd: RunningCorsd): Promise<(name: string) => number> {
  const response = await fetch(`http://${await adminOf(corsd)}/metrics`);
  const lines = (await response.text()).split("\n");
  return (name) =>
    lines
      .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}

/** One metric, see {@link metricsOf}. */
export async function metricOf(corsd: RunningCorsd, name: string): Promise<number> {
  return (await metricsOf(corsd))(name);
}
