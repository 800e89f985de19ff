import { type Cell, checkCell, inRounds, type Series } from "./closed-loop.ts";
import { expectedMessages } from "./expectation.ts";
import { measure } from "./measure.ts";
import type { Progress } from "./progress.ts";
import { requestOf } from "./traffic.ts";
import { summarize, type Vegeta } from "./vegeta.ts";

/** Far below what any variant can do: it shows how long a request takes in a normal hour. */
export const FIXED_RATE = 1500;

/** Requests at a fixed rate, whether or not earlier ones are answered. */
export async function measureFixedRate(
  cells: readonly Cell[],
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
  vegeta: Vegeta,
  progress: Progress,
): Promise<readonly Series[]> {
  progress.part(`open loop, ${FIXED_RATE} requests/s`, rounds * cells.length);
  return inRounds(cells, rounds, progress, async ({ stand, traffic }) => {
    await checkCell({ stand, traffic });
    const { port, setup } = stand;
    const load = { port, requests: [requestOf(traffic)], perSecond: FIXED_RATE, seconds };
    const messages = expectedMessages(setup, traffic);
    return measure(stand, messages, async () => summarize(await vegeta(load)));
  });
}
