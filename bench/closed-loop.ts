import { expectAnswer } from "./ask.ts";
import { expectedAnswer, expectedMessages } from "./expectation.ts";
import { measure, type Sample } from "./measure.ts";
import type { Progress } from "./progress.ts";
import type { Stand } from "./stand.ts";
import { requestOf, TRAFFIC, type Traffic } from "./traffic.ts";
import type { Wrk } from "./wrk.ts";

/** All measurements of one variant under one sort of traffic, one for each round. */
export type Series = {
  readonly variant: string;
  readonly traffic: Traffic;
  readonly samples: readonly Sample[];
};

/** One thing to measure in each round. */
export type Cell = { readonly stand: Stand; readonly traffic: Traffic };

/** The cells of a round, those of one sort of traffic together, so that what is compared lies close in time. */
export function cellsOf(
  stands: readonly { readonly stand: Stand; readonly traffic: readonly Traffic[] }[],
): readonly Cell[] {
  return TRAFFIC.flatMap((traffic) =>
    stands.flatMap(({ stand, traffic: taken }) =>
      taken.includes(traffic) ? [{ stand, traffic }] : [],
    ),
  );
}

/** Measures each cell in each round; every second round goes backwards, so that no variant always comes first. */
export async function inRounds(
  cells: readonly Cell[],
  rounds: number,
  progress: Progress,
  once: (cell: Cell) => Promise<Sample>,
): Promise<readonly Series[]> {
  const samples = new Map(cells.map((cell): [Cell, Sample[]] => [cell, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const cell of round % 2 === 0 ? cells : cells.toReversed()) {
      progress.step(`round ${round + 1}, ${cell.traffic}, ${cell.stand.name}`);
      samples.get(cell)?.push(await once(cell));
    }
  }
  return cells.map((cell) => ({
    variant: cell.stand.name,
    traffic: cell.traffic,
    samples: samples.get(cell) ?? [],
  }));
}

/** Requests as fast as they get through. Throws where a variant does not answer as it should. */
export async function measureClosedLoop(
  cells: readonly Cell[],
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
  wrk: Wrk,
  progress: Progress,
): Promise<readonly Series[]> {
  progress.part("closed loop", rounds * cells.length);
  return inRounds(cells, rounds, progress, async ({ stand, traffic }) => {
    await checkCell({ stand, traffic });
    const { port, setup } = stand;
    const load = { port, requests: [requestOf(traffic)], seconds };
    return measure(stand, expectedMessages(setup, traffic), () => wrk(load));
  });
}

/** One request whose answer must be exactly right. */
export async function checkCell({ stand, traffic }: Cell): Promise<void> {
  const { name, port, setup } = stand;
  const who = `${name} (${traffic})`;
  await expectAnswer(who, port, requestOf(traffic), expectedAnswer(setup, traffic));
}

/** Load before anything counts: compilers and caches come to rest, connections are made. */
export async function warmUp(
  cells: readonly Cell[],
  seconds: number,
  wrk: Wrk,
  progress: Progress,
): Promise<void> {
  progress.part("warm-up", cells.length);
  for (const cell of cells) {
    const { stand, traffic } = cell;
    progress.step(`${traffic}, ${stand.name}`);
    await checkCell(cell);
    const share = cells.filter((other) => other.stand === stand).length;
    const requests = [requestOf(traffic)];
    await wrk({ port: stand.port, requests, seconds: Math.ceil(seconds / share) });
  }
}
