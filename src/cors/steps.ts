/** Work that can be left and taken up again between any two of its steps. */
export type Steps<T> = Generator<undefined, T>;

/** Runs the steps in one go. */
export function atOnce<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}
