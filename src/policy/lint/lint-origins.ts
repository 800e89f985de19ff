import type { OriginPattern } from "../../cors/origin-pattern.ts";
import type { At, Written, WrittenList, WrittenPolicy } from "../document.ts";
import type { Libraries } from "../libraries.ts";
import { patternText } from "../pattern-text.ts";
import { presetOf } from "../preset.ts";
import type { Problem } from "../problem.ts";
import { gatherProblems } from "../problem-limit.ts";
import { quote } from "../quote.ts";
import { errorAt, type Remark, warningAt, warnRepeated } from "./finding.ts";
import { reachOf } from "./origin-reach.ts";
import type { Reach } from "./reach.ts";

/** The policy under which a list of origins is admitted: whether what is too wide is an error or a warning. */
export type Regime = {
  /** The policy that governs where the list is not its own. */
  readonly policy: string | undefined;
  readonly credentials: boolean;
  /** `dangerouslyAllowAnyOriginWithCredentials`. */
  readonly anyOrigin: boolean;
};

/** What an application is judged by where no group admits it. */
export const UNGOVERNED: Regime = { policy: undefined, credentials: false, anyOrigin: false };

/** How a policy's own list is judged. */
export function ownRegime(written: WrittenPolicy): Regime {
  return {
    policy: undefined,
    credentials: written.allowCredentials?.value === true,
    anyOrigin: written.dangerouslyAllowAnyOriginWithCredentials,
  };
}

/** How the list of an application is judged, where this policy governs for it. */
export function governingRegime(written: WrittenPolicy): Regime {
  return { ...ownRegime(written), policy: written.name.value };
}

/** An entry of a list of origins, with what it reaches: that is found out once, however many regimes judge it. */
type JudgedOrigin = {
  readonly pattern: OriginPattern;
  readonly text: string;
  readonly at: At;
  readonly reach: Reach;
};

/** What entries do that their author may not mean, under each of the regimes. */
export function lintOrigins(
  origins: readonly Written<OriginPattern>[],
  regimes: readonly Regime[],
  libraries: Libraries,
): readonly Problem[] {
  return gatherProblems(origins, ({ value, text, at }) => {
    const origin = { pattern: value, text, at, reach: reachOf(value, libraries) };
    return regimes.flatMap((regime) => lintOrigin(origin, regime));
  });
}

export function policyOrigins(written: WrittenPolicy): readonly Written<OriginPattern>[] {
  if (written.allowOrigins !== undefined) return writtenOrigins(written.allowOrigins);
  if (presetOf(written.preset).defaults.allowOrigins === "nobody") return [];
  return [anyWritten(written.at)];
}

export function writtenOrigins(
  list: WrittenList<OriginPattern>,
): readonly Written<OriginPattern>[] {
  return list.kind === "any" ? [anyWritten(list.at)] : list.items;
}

function anyWritten(at: At): Written<OriginPattern> {
  return { value: { kind: "any" }, text: "*", at };
}

export function lintRepeatedOrigins(
  list: WrittenList<OriginPattern> | undefined,
): readonly Problem[] {
  return warnRepeated(list, patternText);
}

function lintOrigin(origin: JudgedOrigin, regime: Regime): readonly Problem[] {
  const { pattern, text, at, reach } = origin;
  switch (pattern.kind) {
    case "any":
      return [lintAny(origin, regime)];
    case "opaque":
      return regime.credentials ? [errorAt(at, text, opaqueWithCredentials(regime))] : [];
    case "tuple":
    case "expression":
      if (reach.every !== undefined) return [lintEvery(origin, reach.every, regime)];
      return [
        ...lintStrangers(origin, regime),
        ...lintInsecure(origin, regime),
        ...lintNever(origin),
      ];
  }
}

function lintAny({ text, at }: JudgedOrigin, regime: Regime): Problem {
  if (regime.credentials && !regime.anyOrigin) {
    return errorAt(at, text, {
      code: "origin-any-credentials",
      message: `\`*\` cannot be combined with ${credentialsOf(regime)}`,
      fix: "list the origins or drop `allowCredentials`",
    });
  }
  return warningAt(at, text, {
    code: "origin-any",
    message: `\`*\` admits every web site${regime.credentials ? " as its visitor" : ""}`,
    fix: "list the origins before this goes into production",
  });
}

function lintEvery({ text, at }: JudgedOrigin, example: string, regime: Regime): Problem {
  const remark: Remark = {
    code: "origin-covers-any",
    message: `${quote(text)} admits any host, such as \`${example}\`${together(regime)}`,
    fix: "name the host, or the domain in front of which labels may stand",
  };
  return regime.credentials && !regime.anyOrigin
    ? errorAt(at, text, remark)
    : warningAt(at, text, remark);
}

function opaqueWithCredentials(regime: Regime): Remark {
  return {
    code: "origin-null-credentials",
    message: `\`null\` cannot be combined with ${credentialsOf(regime)}: any page can have that origin in a sandboxed frame`,
    fix: "remove it or drop `allowCredentials`",
  };
}

/** Names of strangers: an error with credentials, whatever else the policy dangerously allows. */
function lintStrangers({ text, at, reach }: JudgedOrigin, regime: Regime): readonly Problem[] {
  const report = regime.credentials ? errorAt : warningAt;
  const { suffix, lookAlike } = reach;
  return [
    ...(suffix === undefined
      ? []
      : [
          report(at, text, {
            code: "origin-public-suffix",
            message: `${quote(text)} admits what anyone can register under \`${suffix.of}\`, such as \`${suffix.example}\`${together(regime)}`,
            fix: "name your own domain in front of the suffix",
          }),
        ]),
    ...(lookAlike === undefined
      ? []
      : [
          report(at, text, {
            code: "origin-look-alike",
            message: `${quote(text)} also admits \`${lookAlike}\`${together(regime)}`,
            fix: "write each dot as `\\.`, and a `\\.` or nothing in front of your domain",
          }),
        ]),
  ];
}

function lintInsecure({ text, at, reach }: JudgedOrigin, regime: Regime): readonly Problem[] {
  if (!regime.credentials || reach.insecure === undefined) return [];
  return [
    warningAt(at, text, {
      code: "origin-http-credentials",
      message: `${quote(text)} admits \`${reach.insecure}\` with credentials, and anyone on the way can change a page sent over http`,
      fix: "use https",
    }),
  ];
}

function lintNever({ text, at, reach }: JudgedOrigin): readonly Problem[] {
  if (reach.never === undefined) return [];
  return [
    warningAt(at, text, {
      code: "expression-never-matches",
      message: `${quote(text)} can never match: ${reach.never}`,
      fix: "write it for an origin such as `https://app.example.com` or `https://app.example.com:8443`",
    }),
  ];
}

function together(regime: Regime): string {
  return regime.credentials ? `, with ${credentialsOf(regime)}` : "";
}

function credentialsOf({ policy }: Regime): string {
  return policy === undefined ? "credentials" : `the credentials of policy \`${policy}\``;
}
