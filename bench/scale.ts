import { rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ask, expectAnswer } from "./ask.ts";
import { inRounds, type Series } from "./closed-loop.ts";
import { type Corsd, startCorsd } from "./corsd.ts";
import { expectedAnswer, expectedMessages } from "./expectation.ts";
import { FIXED_RATE } from "./fixed-rate.ts";
import {
  documentText,
  LARGE,
  type LargeDocument,
  originOf,
  pathOf,
  SMALL,
  samplePairs,
} from "./large-document.ts";
import { measure } from "./measure.ts";
import { readMemory } from "./process-usage.ts";
import type { Progress } from "./progress.ts";
import { type Ground, type Stand, startStand } from "./stand.ts";
import { largest } from "./statistics.ts";
import { type HttpRequest, requestOf, type Traffic } from "./traffic.ts";
import type { Shot, Vegeta } from "./vegeta.ts";
import type { Wrk } from "./wrk.ts";

export type Scale = {
  readonly series: readonly Series[];
  /** From the start of the process until it listened, in seconds. */
  readonly startSeconds: { readonly small: number; readonly large: number };
  /** MiB. */
  readonly memory: {
    readonly small: number | undefined;
    readonly large: number | undefined;
    readonly largeAfterLoad: number | undefined;
    readonly largeAfterReloads: number | undefined;
  };
  /** Undefined: there is no vegeta. */
  readonly reloads: Reloads | undefined;
};

export type Reloads = {
  readonly each: readonly Reload[];
  /** Requests that were not answered with 200, during the reloads and around them. */
  readonly errors: number;
};

/** A change of the large document while requests come at the fixed rate. */
export type Reload = {
  /** From the rename of the new file over the old one until a new origin was granted through Envoy. */
  readonly seconds: number;
  /** Milliseconds; of the requests sent from the rename until half a second after it was in force. */
  readonly slowest: number;
  readonly requests: number;
  /** How many of these took longer than 50 ms. */
  readonly delayed: number;
  readonly errors: number;
  /** The slowest of as many seconds before the first reload: what the machine does anyway. */
  readonly slowestBefore: number;
};

/** Longer than this a request must not take because of a reload, in milliseconds. */
export const DELAY_LIMIT = 50;

type Side = { readonly corsd: Corsd; readonly stand: Stand; readonly document: LargeDocument };

export const SMALL_NAME = "1 origin";
export const LARGE_NAME = "100 000 origins";
const MEASURED: readonly Traffic[] = ["preflight", "actual"];

export async function measureScale(
  settings: { readonly rounds: number; readonly seconds: number; readonly warmUpSeconds: number },
  tools: { readonly wrk: Wrk; readonly vegeta: Vegeta | undefined },
  ground: Ground,
  progress: Progress,
): Promise<Scale> {
  progress.part("scale: starting with 1 and with 100 000 origins", 1);
  const small = await startSide(SMALL_NAME, "small", SMALL, ground);
  const large = await startSide(LARGE_NAME, "large", LARGE, ground);
  // Start-up leaves garbage that goes by itself.
  await wait(1000);
  const before = [await readMemory(small.corsd.pid), await readMemory(large.corsd.pid)];
  const sides = new Map([small, large].map((side) => [side.stand, side]));
  const cells = MEASURED.flatMap((traffic) =>
    [small.stand, large.stand].map((stand) => ({ stand, traffic })),
  );
  const once = async (stand: Stand, traffic: Traffic, seconds: number) => {
    const requests = requestsOf(sides.get(stand)?.document ?? SMALL, traffic);
    await checkFirst(stand, traffic, requests);
    const messages = expectedMessages(stand.setup, traffic);
    return measure(stand, messages, () => tools.wrk({ port: stand.port, requests, seconds }));
  };
  const { rounds, seconds, warmUpSeconds } = settings;
  for (const { stand, traffic } of cells) await once(stand, traffic, Math.ceil(warmUpSeconds / 2));
  progress.part("scale: closed loop", rounds * cells.length);
  const series = await inRounds(cells, rounds, progress, ({ stand, traffic }) =>
    once(stand, traffic, seconds),
  );
  const largeAfterLoad = await readMemory(large.corsd.pid);
  const reloads =
    tools.vegeta && (await measureReloads(large, tools.vegeta, rounds === 1 ? 1 : 3, progress));
  const largeAfterReloads = await readMemory(large.corsd.pid);
  return {
    series,
    startSeconds: {
      small: small.corsd.startedIn / 1000,
      large: large.corsd.startedIn / 1000,
    },
    memory: { small: before[0], large: before[1], largeAfterLoad, largeAfterReloads },
    reloads,
  };
}

async function startSide(
  name: string,
  file: string,
  document: LargeDocument,
  ground: Ground,
): Promise<Side> {
  const { folder, cleanup } = ground;
  await writeFile(policyFile(folder, file), documentText(document));
  const corsd = await startCorsd(policyFile(folder, file), join(folder, `${file}.sock`));
  cleanup.push(corsd.stop);
  const stand = await startStand(
    { name, setup: "full", socket: corsd.socket, server: corsd.pid, namesGroups: false },
    ground,
  );
  return { corsd, stand, document };
}

function policyFile(folder: string, name: string): string {
  return join(folder, `${name}.yaml`);
}

/** Enough that they are not all in a processor's cache. */
const DISTINCT_REQUESTS = 2000;

function requestsOf(document: LargeDocument, traffic: Traffic): readonly HttpRequest[] {
  return samplePairs(document, DISTINCT_REQUESTS).map(([group, at]) =>
    requestOf(traffic, originOf(group, at), pathOf(group)),
  );
}

async function checkFirst(
  { name, port, setup }: Stand,
  traffic: Traffic,
  [first = requestOf(traffic)]: readonly HttpRequest[],
): Promise<void> {
  const origin = first.headers.find(([header]) => header === "origin")?.[1];
  await expectAnswer(`${name} (${traffic})`, port, first, expectedAnswer(setup, traffic, origin));
}

/** Of the load around the reloads, in seconds. */
const QUIET_BEFORE = 3;
const FOR_A_RELOAD = 5;

async function measureReloads(
  { corsd, stand, document }: Side,
  vegeta: Vegeta,
  count: number,
  progress: Progress,
): Promise<Reloads> {
  progress.part(`scale: reloads under ${FIXED_RATE} requests/s`, count);
  const requests = requestsOf(document, "actual");
  const seconds = QUIET_BEFORE + count * FOR_A_RELOAD;
  stand.unexpected.drain();
  const attack = vegeta({ port: stand.port, requests, perSecond: FIXED_RATE, seconds });
  // Without this a failure before the first `await` of it would be nobody's.
  attack.catch(() => undefined);
  await wait(QUIET_BEFORE * 1000);
  const windows: Window[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    progress.step(`reload ${nth + 1}`);
    const began = Date.now();
    windows.push(await reloadOnce({ corsd, stand, document }, nth));
    await wait(Math.max(0, began + FOR_A_RELOAD * 1000 - Date.now()));
  }
  const shots = await attack;
  return {
    each: windows.map((window) => judgeReload(shots, window, windows[0]?.from ?? 0)),
    errors: shots.filter(({ status }) => status !== 200).length,
  };
}

/** Milliseconds since the epoch. */
export type Window = { readonly from: number; readonly inForce: number };

async function reloadOnce({ corsd, stand, document }: Side, nth: number): Promise<Window> {
  const origins = Array.from({ length: nth + 1 }, (_, at) => `https://new-${at}.example.org`);
  const file = policyFile(dirname(corsd.socket), "large");
  await writeFile(`${file}.new`, documentText(document, origins));
  const probe = requestOf("preflight", origins.at(-1), pathOf(0));
  const from = Date.now();
  await rename(`${file}.new`, file);
  while ((await ask(stand.port, probe)).status !== 200) {
    if (Date.now() - from > RELOAD_LIMIT) {
      throw new Error(`a reload was not in force after ${RELOAD_LIMIT} ms`);
    }
    await wait(20);
  }
  return { from, inForce: Date.now() };
}

const RELOAD_LIMIT = 30_000;
/** How long after a reload its garbage still counts as its doing, in milliseconds. */
const AFTERMATH = 500;

export function judgeReload(
  shots: readonly Shot[],
  { from, inForce }: Window,
  firstReload: number,
): Reload {
  const within = (start: number, end: number): readonly Shot[] =>
    shots.filter(({ sent }) => sent >= start && sent < end);
  // What was sent shortly before may have to wait too.
  const during = within(from - DELAY_LIMIT, inForce + AFTERMATH);
  const before = within(firstReload - (QUIET_BEFORE - 1) * 1000, firstReload - DELAY_LIMIT);
  const slowest = (some: readonly Shot[]): number =>
    largest(some.map(({ milliseconds }) => milliseconds));
  return {
    seconds: (inForce - from) / 1000,
    slowest: slowest(during),
    requests: during.length,
    delayed: during.filter(({ milliseconds }) => milliseconds > DELAY_LIMIT).length,
    errors: during.filter(({ status }) => status !== 200).length,
    slowestBefore: slowest(before),
  };
}
