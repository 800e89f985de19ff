import type { Case } from "../../conformance/case.ts";
import { casesOf, type Profile } from "../../conformance/cases.ts";
import { firstAdmitted, predict, type Target } from "../../conformance/predict.ts";
import { type Origin, parseOrigin } from "../../cors/origin.ts";
import type { OriginPattern } from "../../cors/origin-pattern.ts";
import { err, ok, type Result } from "../../cors/result.ts";
import { isToken } from "../../cors/token.ts";
import { compileSnapshot } from "../../policy/compile.ts";
import { patternText } from "../../policy/pattern-text.ts";
import { renderProblem } from "../../policy/problem.ts";
import type { ResolvedDocument } from "../../policy/resolve-document.ts";
import { examine } from "../../source/examine.ts";
import { readDocuments } from "../../source/manifest.ts";
import { EXIT } from "../exit-code.ts";
import type { ConformanceFlags } from "./flags.ts";

/** What to print to the error stream, and the exit code. */
export type Unplanned = { readonly lines: readonly string[]; readonly code: number };

/** The cases that the flags ask for, or why there are none. */
export async function planCases(
  url: string,
  flags: ConformanceFlags,
): Promise<Result<readonly Case[], Unplanned>> {
  const { method, header: headers, policy } = flags;
  const bad = [method, ...headers].find((each) => !isToken(each));
  if (bad !== undefined) return usage(`\`${bad}\` is no method or header name`);
  if (parseOrigin(flags.refusedOrigin) === undefined) {
    return usage(`--refused-origin: \`${flags.refusedOrigin}\` is not an origin`);
  }
  const named = flags.allowedOrigin === undefined ? undefined : parseOrigin(flags.allowedOrigin);
  if (flags.allowedOrigin !== undefined && named === undefined) {
    return usage(`--allowed-origin: \`${flags.allowedOrigin}\` is not an origin`);
  }
  const rest = { refused: flags.refusedOrigin, method, headers };
  if (policy !== undefined) return planByPolicy(url, { ...flags, policy }, named, rest);
  if (named === undefined) return usage("name an origin with --allowed-origin, or a --policy");
  return ok(casesOf({ ...rest, allowed: named, credentials: flags.credentials === "yes" }));
}

async function planByPolicy(
  url: string,
  { policy, route, group, credentials }: ConformanceFlags & { readonly policy: readonly string[] },
  named: Origin | undefined,
  rest: Omit<Profile, "allowed" | "credentials">,
): Promise<Result<readonly Case[], Unplanned>> {
  if (credentials !== undefined) return usage("--credentials: with --policy the document says it");
  const { loaded, problems, digest } = examine(await readDocuments(policy));
  if (loaded === undefined) return err({ lines: problems.map(renderProblem), code: EXIT.failed });
  const snapshot = compileSnapshot(loaded.resolved, digest);
  const target: Target = { url, route, group };
  const allowed = named ?? firstAdmitted(snapshot, target, originsIn(loaded.resolved));
  if (allowed === undefined) {
    return usage("the document names no origin that it admits to this URL; use --allowed-origin");
  }
  const profile = { ...rest, allowed, credentials: false };
  return ok(casesOf(profile, (probe) => predict(snapshot, target, probe)));
}

/** Origins that the patterns of a document admit, one of each where that is plain to see. */
function originsIn({ policies, applications }: ResolvedDocument): readonly string[] {
  const lists = [
    ...policies.map(({ written }) => written.allowOrigins),
    ...applications.map(({ written }) => written.origins),
  ];
  return lists
    .flatMap((list) => (list?.kind === "listed" ? list.items : []))
    .flatMap(({ value }) => sampleOf(value));
}

function sampleOf(pattern: OriginPattern): readonly string[] {
  if (pattern.kind !== "tuple") return [];
  const text = patternText(pattern).replace(/:\*$/, "");
  return [text.replace("://*.", "://corsd-probe.").replace("://*", "://corsd-probe.invalid")];
}

function usage(message: string): Result<never, Unplanned> {
  return err({ lines: [`error: ${message}`], code: EXIT.usage });
}
