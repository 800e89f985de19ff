import type { WrittenPolicy } from "../document.ts";
import { presetOf } from "../preset.ts";
import type { Problem } from "../problem.ts";
import { type Remark, warnEach, warningAt, warnRepeated } from "./finding.ts";

// Fetch section 2.2.1, "forbidden method": no browser sends them for a script, in whatever case.
const FORBIDDEN_METHODS: ReadonlySet<string> = new Set(["CONNECT", "TRACE", "TRACK"]);

// Fetch normalises all of these but PATCH to upper case, and services know PATCH in upper case only. Written otherwise
// in a list they compare equal to nothing that is sent.
const KNOWN_METHODS: ReadonlySet<string> = new Set([
  "DELETE",
  "GET",
  "HEAD",
  "OPTIONS",
  "PATCH",
  "POST",
  "PUT",
]);

/** Methods that can never be asked for, that the imitated product does not know, or none at all. */
export function lintMethods(written: WrittenPolicy): readonly Problem[] {
  const { allowMethods: list, preset } = written;
  const { offeredMethods, defaults } = presetOf(preset);
  if (list === undefined) {
    if (defaults.allowMethods.length > 0) return [];
    return [warningAt(written.at, written.name.text, noMethods("left out", preset))];
  }
  if (list.kind === "listed" && list.items.length === 0) {
    return [warningAt(list.at, "[]", noMethods("empty", preset))];
  }
  return [
    ...warnEach(list, (method) => remarkMethod(method, preset, offeredMethods)),
    ...warnRepeated(list, (method) => method),
  ];
}

function noMethods(how: string, preset: string): Remark {
  return {
    code: "methods-empty",
    message: `\`allowMethods\` is ${how}: with preset \`${preset}\` no method is allowed then`,
    fix: "list the methods that the API serves",
  };
}

function remarkMethod(
  method: string,
  preset: string,
  offered: readonly string[] | undefined,
): Remark | undefined {
  const upper = method.toUpperCase();
  if (FORBIDDEN_METHODS.has(upper)) {
    return {
      code: "method-never-sent",
      message: `\`${method}\` is a method that no browser sends for a script`,
      fix: "remove it",
    };
  }
  if (KNOWN_METHODS.has(upper) && method !== upper) {
    return {
      code: "method-case",
      message: `\`${method}\` is not \`${upper}\`, and methods are compared exactly`,
      fix: `write \`${upper}\``,
    };
  }
  if (offered === undefined || offered.includes(method)) return undefined;
  return {
    code: "method-not-offered",
    message: `\`${method}\` is none of the methods of the product that preset \`${preset}\` follows`,
    fix: `choose from ${offered.join(", ")}, or another preset`,
  };
}
