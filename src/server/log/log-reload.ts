import { setImmediate as nextTurn } from "node:timers/promises";
import { renderProblem } from "../../policy/problem.ts";
import type { LoadReport } from "../../source/source.ts";
import type { Log } from "./log.ts";

/** Must not throw: where even the log fails there is nobody left to tell, and requests are to be answered still. */
export function logBug(error: unknown, what: string, log: Log): void {
  try {
    log.error({ err: error }, `${what}: please report it as a bug`);
  } catch {
    // See above.
  }
}

export async function logReport(report: LoadReport, log: Log): Promise<void> {
  const { result, revision, changes, uncompared } = report;
  await logProblems(report, log);
  if (uncompared !== undefined) {
    log.error({ revision, reason: uncompared }, "what the new policy changes could not be told");
  }
  switch (result) {
    case "replaced":
      log.info({ revision, changes }, "policy replaced");
      return;
    case "rejected":
      log.error({ revision }, "policy files have errors: the last good policy stays in force");
      return;
    case "unchanged":
      log.info({ revision }, "policy unchanged");
      return;
  }
}

/** Problems that are logged in one go; a document can have 100,000 warnings, and requests wait meanwhile. */
const LOGGED_AT_ONCE = 100;

export async function logProblems({ problems }: LoadReport, log: Log): Promise<void> {
  for (const [index, problem] of problems.entries()) {
    if (index % LOGGED_AT_ONCE === LOGGED_AT_ONCE - 1) await nextTurn();
    const { severity, code, file, line, column, pointer } = problem;
    const fields = { code, file, line, column, pointer };
    if (severity === "error") log.error(fields, renderProblem(problem));
    else log.warn(fields, renderProblem(problem));
  }
}
