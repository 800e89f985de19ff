import { mkdtemp, rm } from "node:fs/promises";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { messageOf } from "../envoy/message-of.ts";
import { buildProgram } from "./build.ts";
import { cellsOf, measureClosedLoop, type Series, warmUp } from "./closed-loop.ts";
import { measureFixedRate } from "./fixed-rate.ts";
import { CONNECTIONS } from "./load.ts";
import { describeMachine, readBusyShare } from "./machine.ts";
import { type Options, readOptions, USAGE } from "./options.ts";
import { readMemory } from "./process-usage.ts";
import { type Progress, tellProgress } from "./progress.ts";
import { complaintsOf, type Memory, type Report, renderJson, renderText } from "./report.ts";
import { measureScale } from "./scale.ts";
import { type Soak, soak } from "./soak.ts";
import { type Cleanup, prepareGround, type Stand, startVariant } from "./stand.ts";
import { summarizeSeries } from "./summary.ts";
import type { Traffic } from "./traffic.ts";
import { variantsOf } from "./variant.ts";
import { findVegeta } from "./vegeta.ts";
import { findWrk, type Wrk } from "./wrk.ts";

const POLICY = join(import.meta.dirname, "policies.yaml");

/** Longer than in the closed loop, and fewer: the rate is low, and a p99 wants requests. */
const FIXED_RATE_ROUNDS = 3;
const FIXED_RATE_SECONDS = 4;

type Running = { readonly stand: Stand; readonly traffic: readonly Traffic[] };

async function run(
  options: Options,
  signal: AbortSignal,
  cleanup: Cleanup,
  progress: Progress,
): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), "corsd-bench-"));
  cleanup.push(() => rm(folder, { recursive: true, force: true }));
  const wrk = await findWrk(folder, signal);
  const vegeta = await findVegeta(folder, signal);
  progress.part("building corsd", 1);
  await buildProgram(signal);
  const ground = await prepareGround(folder, cleanup, progress.line, signal);

  const variants = variantsOf(options.peers, options.only);
  progress.part(`starting ${variants.map(({ name }) => name).join(", ")}`, variants.length);
  const running: Running[] = [];
  for (const variant of variants) {
    const { traffic } = variant;
    running.push({ stand: await startVariant(variant, POLICY, ground), traffic });
    signal.throwIfAborted();
  }
  await wait(1000, undefined, { signal });
  const idle = await memoryOf(running);
  const busy = await readBusyShare();

  const cells = cellsOf(running);
  await warmUp(cells, options.warmUpSeconds, wrk, progress);
  const closedLoop = await measureClosedLoop(cells, options, wrk, progress);

  const atRate = cells.filter(
    ({ stand, traffic }) => stand.setup === "full" && traffic !== "no-origin",
  );
  const rounds = Math.min(options.rounds, FIXED_RATE_ROUNDS);
  const seconds = Math.max(options.seconds, options.rounds === 1 ? 2 : FIXED_RATE_SECONDS);
  const fixedRate =
    vegeta && (await measureFixedRate(atRate, { rounds, seconds }, vegeta, progress));

  const scale = options.scale
    ? await measureScale(options, { wrk, vegeta }, ground, progress)
    : undefined;
  const soaked = await soakOne(running, options.soakMinutes, wrk, progress);
  await wait(1000, undefined, { signal });
  return {
    machine: await describeMachine(ground.envoyPath),
    busy: Math.max(busy, await readBusyShare()),
    rounds: options.rounds,
    seconds: options.seconds,
    connections: CONNECTIONS,
    peers: options.peers.map(({ name }) => name),
    closedLoop,
    fixedRate,
    memory: memories(running, idle, closedLoop),
    scale,
    soak: soaked,
    skipped: [
      ...skippedParts(vegeta !== undefined, running),
      ...(options.soakMinutes > 0 && soaked === undefined
        ? ["the soak: no variant with a server is measured"]
        : []),
    ],
  };
}

async function memoryOf(running: readonly Running[]): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const { stand } of running) {
    const { server } = stand.pids;
    const memory = server === undefined ? undefined : await readMemory(server);
    if (memory !== undefined) found.set(stand.name, memory);
  }
  return found;
}

function memories(
  running: readonly Running[],
  idle: ReadonlyMap<string, number>,
  closedLoop: readonly Series[],
): readonly Memory[] {
  return running
    .filter(({ stand }) => stand.pids.server !== undefined)
    .map(({ stand }) => {
      const own = closedLoop.filter(({ variant }) => variant === stand.name);
      const largest = own.map((series) => summarizeSeries(series).memory ?? 0);
      return {
        variant: stand.name,
        idle: idle.get(stand.name),
        fullLoad: Math.max(...largest),
      };
    });
}

async function soakOne(
  running: readonly Running[],
  minutes: number,
  wrk: Wrk,
  progress: Progress,
): Promise<Soak | undefined> {
  const seen = running.filter(({ stand }) => stand.pids.server !== undefined);
  const asked = seen.find(({ stand }) => stand.name === "full") ?? seen[0];
  return minutes === 0 || asked === undefined
    ? undefined
    : soak(asked.stand, minutes, wrk, progress);
}

function skippedParts(hasVegeta: boolean, running: readonly Running[]): readonly string[] {
  const hidden = running.filter(
    ({ stand }) => expectsServer(stand) && stand.pids.server === undefined,
  );
  return [
    ...(hasVegeta
      ? []
      : [
          "everything at a fixed rate: no vegeta (`go install github.com/tsenart/vegeta/v12@v12.12.0`, or $VEGETA)",
        ]),
    ...hidden.map(
      ({ stand }) => `CPU and memory of ${stand.name}: its process is not to be seen by this user`,
    ),
  ];
}

function expectsServer({ setup }: Stand): boolean {
  return setup === "full" || setup === "skipping" || setup === "request-only";
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (!options.ok) {
    process.stderr.write(`bench: ${options.error}\n(add --help for how to write it)\n`);
    return 2;
  }
  if (options.value.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (platform() !== "linux") throw new Error("CPU and memory are read from /proc: Linux only");
  // Every process that is started has one, so that none outlives this one.
  process.setMaxListeners(0);
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => stop.abort(new Error(`stopped by ${name}`)));
  }
  const cleanup: Cleanup = [];
  try {
    const progress = tellProgress(process.stderr, Date.now());
    const report = await run(options.value, stop.signal, cleanup, progress);
    progress.line("done");
    process.stdout.write(options.value.json ? renderJson(report) : `\n${renderText(report)}`);
    return complaintsOf(report).length === 0 ? 0 : 1;
  } finally {
    for (const end of cleanup.reverse()) await end();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`\nbench: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
