import type { Written, WrittenPolicy } from "../document.ts";
import type { Problem } from "../problem.ts";
import { type Remark, warningAt, warnRepeated } from "./finding.ts";

// How long a preflight is kept at most, in seconds, whatever the header says (Chromium and Firefox sources; MDN,
// "Access-Control-Max-Age").
const CHROMIUM_MAX_AGE = 7200;
const FIREFOX_MAX_AGE = 86_400;

/** Switches and numbers that do less, or more, than they seem to. */
export function lintSwitches(written: WrittenPolicy): readonly Problem[] {
  const { maxAge, requireOrigin, httpVersions } = written;
  return [
    ...warnWhere(maxAge, remarkMaxAge),
    ...lintNoVersion(httpVersions),
    ...warnRepeated(httpVersions, (version) => version),
    ...warnWhere(requireOrigin, remarkRequireOrigin),
  ];
}

function lintNoVersion(list: WrittenPolicy["httpVersions"]): readonly Problem[] {
  if (list?.kind !== "listed" || list.items.length > 0) return [];
  return [
    warningAt(list.at, "[]", {
      code: "http-versions-empty",
      message: "`httpVersions` is empty: the policy allows no request then",
      fix: "list the versions that are served, or leave it out for all",
    }),
  ];
}

function warnWhere<T>(
  written: Written<T> | undefined,
  remarkOf: (value: T) => Remark | undefined,
): readonly Problem[] {
  if (written === undefined) return [];
  const remark = remarkOf(written.value);
  return remark === undefined ? [] : [warningAt(written.at, written.text, remark)];
}

function remarkMaxAge(seconds: number): Remark | undefined {
  if (seconds <= CHROMIUM_MAX_AGE) return undefined;
  const browsers =
    seconds > FIREFOX_MAX_AGE
      ? `Chromium keeps a preflight ${CHROMIUM_MAX_AGE} seconds and Firefox ${FIREFOX_MAX_AGE}`
      : `Chromium keeps a preflight ${CHROMIUM_MAX_AGE} seconds`;
  return {
    code: "max-age-capped",
    message: `a \`maxAge\` of ${seconds} seconds is more than browsers use: ${browsers}`,
    fix: `write \`${CHROMIUM_MAX_AGE}\` or less`,
  };
}

function remarkRequireOrigin(required: boolean): Remark | undefined {
  if (!required) return undefined;
  return {
    code: "origin-required",
    message: "`requireOrigin` also refuses navigation, images, health probes and other programs",
    fix: "leave it out unless only scripts of other origins call this API",
  };
}
