import { setImmediate as nextTurn } from "node:timers/promises";
import type { Steps } from "../cors/steps.ts";

/** Longest time that steps are run without a pause, in milliseconds; a step of its own should take less. */
const SLICE = 5;

/** Runs the steps in slices, with a turn of the event loop after each: requests are answered in between. */
export async function inSlices<T>(steps: Steps<T>): Promise<T> {
  let end = performance.now() + SLICE;
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    if (performance.now() < end) continue;
    await nextTurn();
    end = performance.now() + SLICE;
  }
}
