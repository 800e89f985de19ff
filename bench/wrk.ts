import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CONNECTIONS, type Load } from "./load.ts";
import { findProgram, runTool } from "./tool.ts";
import { type HttpRequest, wireForm } from "./traffic.ts";

/** The closed loop: as many requests as get through, so many at a time. */
export type Wrk = (load: WrkLoad) => Promise<Load>;

export type WrkLoad = {
  readonly port: number;
  /** Sent in turn. */
  readonly requests: readonly HttpRequest[];
  readonly seconds: number;
};

/** Throws, with what to install, where there is no wrk. `folder` takes its input files. */
export async function findWrk(folder: string, signal: AbortSignal): Promise<Wrk> {
  const command = await findProgram("wrk", []);
  if (command === undefined) {
    throw new Error("wrk is not on the PATH; install it (Debian, Ubuntu: `apt-get install wrk`)");
  }
  const file = join(folder, "requests");
  return async ({ port, requests, seconds }) => {
    await writeFile(file, requests.map((request) => `${wireForm(request)}\0`).join(""), "latin1");
    const args = ["--threads", "1", "--connections", String(CONNECTIONS)].concat(
      ["--duration", `${seconds}s`, "--timeout", "5s"],
      ["--script", join(import.meta.dirname, "wrk.lua"), `http://127.0.0.1:${port}/`],
      ["--", file],
    );
    return readWrk(await runTool(command, args, signal));
  };
}

type Result = {
  readonly requests: number;
  readonly microseconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly refused: number;
  readonly broken: number;
  readonly timeouts: number;
};

/** Reads the line that wrk.lua prints. Unexpected statuses are not counted here: Envoy names them one by one. */
export function readWrk(output: string): Load {
  const [, json] = /^result (\{.*\})$/m.exec(output) ?? [];
  if (json === undefined) throw new Error(`wrk printed no result:\n${output.slice(-2_000)}`);
  const result = JSON.parse(json) as Result;
  const { requests, microseconds, refused, broken, timeouts } = result;
  const failures = [
    ["connections refused", refused],
    ["connections broken", broken],
    ["requests without an answer in 5 s", timeouts],
  ] as const;
  return {
    requests,
    seconds: microseconds / 1e6,
    p50: result.p50 / 1000,
    p99: result.p99 / 1000,
    max: result.max / 1000,
    errors: refused + broken + timeouts,
    complaints: failures.flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what}`])),
  };
}
