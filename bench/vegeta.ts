import { writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Load } from "./load.ts";
import { largest, quantile } from "./statistics.ts";
import { findProgram, runTool } from "./tool.ts";
import { type HttpRequest, targetForm } from "./traffic.ts";

/**
 * The open loop: requests are sent at a fixed rate whether or not earlier ones are answered, as browsers do. vegeta adds
 * as many workers as that takes, so a server that stalls does not slow the sender down, and every request that had to
 * wait is counted with its whole wait.
 */
export type Vegeta = (load: FixedRate) => Promise<readonly Shot[]>;

export type FixedRate = {
  readonly port: number;
  /** Sent in turn. */
  readonly requests: readonly HttpRequest[];
  readonly perSecond: number;
  readonly seconds: number;
};

/** One request of the open loop. */
export type Shot = {
  /** Milliseconds since the epoch. */
  readonly sent: number;
  readonly milliseconds: number;
  /** Of HTTP; 0 where there was no answer. */
  readonly status: number;
};

/** Undefined where there is no vegeta. `folder` takes its files. */
export async function findVegeta(folder: string, signal: AbortSignal): Promise<Vegeta | undefined> {
  const command = await findProgram("vegeta", vegetaPlaces(process.env));
  if (command === undefined) return undefined;
  const targets = join(folder, "targets");
  const results = join(folder, "results");
  return async ({ port, requests, perSecond, seconds }) => {
    await writeFile(targets, requests.map((request) => targetForm(request, port)).join(""));
    const args = ["attack", "-targets", targets, "-output", results].concat(
      ["-rate", `${perSecond}/s`, "-duration", `${seconds}s`, "-timeout", "5s"],
      ["-workers", "64", "-redirects", "-1", "-http2=false", "-max-body", "0"],
    );
    await runTool(command, args, signal);
    return readShots(await runTool(command, ["encode", "-to", "csv", results], signal));
  };
}

/** Where a vegeta may be that is not on the PATH: where one says, and where `go install` puts it. */
function vegetaPlaces({ VEGETA, GOBIN, GOPATH }: NodeJS.ProcessEnv): readonly string[] {
  const installed = GOBIN === undefined ? join(GOPATH ?? join(homedir(), "go"), "bin") : GOBIN;
  return VEGETA === undefined ? [join(installed, "vegeta")] : [VEGETA];
}

/** Of vegeta's CSV: when it was sent and how long it took, in nanoseconds, and the status between them. */
export function readShots(csv: string): readonly Shot[] {
  return csv
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [sent, status, latency] = line.split(",", 3);
      return {
        sent: Number(sent) / 1e6,
        milliseconds: Number(latency) / 1e6,
        status: Number(status),
      };
    });
}

/** How long after the start of an attack shots count, in milliseconds: before, connections are being opened. */
const RUN_UP = 500;

/** What the shots come to, those of the first half second left out. */
export function summarize(shots: readonly Shot[]): Load {
  const start = -largest(shots.map(({ sent }) => -sent));
  const counted = shots.filter(({ sent }) => sent >= start + RUN_UP);
  const times = counted.map(({ milliseconds }) => milliseconds);
  const unanswered = shots.filter(({ status }) => status === 0).length;
  const last = largest(counted.map(({ sent }) => sent));
  return {
    requests: shots.length,
    seconds: (last - start) / 1000,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    max: largest(times),
    errors: unanswered,
    complaints: unanswered === 0 ? [] : [`${unanswered} requests without an answer`],
  };
}
