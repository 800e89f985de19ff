import { parsePathMatch } from "../../policy/decode/match-path.ts";
import { quote } from "../../policy/quote.ts";
import { plainText, withoutAnchors } from "../expression-text.ts";

/** A path as a document has it, and what of it is different. */
export type PathReading = {
  readonly path: string;
  readonly extent: "all" | "exact";
  readonly note: string | undefined;
};

/** A prefix by whole segments, which is what a document has too. */
export function segmentPrefix(text: string): PathReading | undefined {
  return reading(text === "" ? "/" : text, "all", undefined);
}

/** A prefix as text: `/orders` is one of `/orders2` too. */
export function textPrefix(text: string): PathReading | undefined {
  if (text === "" || text === "/") return segmentPrefix(text);
  return text.endsWith("/") ? orItself(text.slice(0, -1)) : orLonger(text);
}

export function exactPath(text: string): PathReading | undefined {
  return reading(text, "exact", undefined);
}

const TAILS = /^(.*?)(\/\.\*|\((?:\?:)?\/\.\*\)\?|\(\/\|\$\)(?:\(\.\*\)|\.\*)|\.\*|\(\.\*\))?$/;

/** An expression that matches a whole path, if it says no more than a path or a prefix: `/orders(/.*)?`. */
export function pathExpression(source: string): PathReading | undefined {
  const [, start, tail] = TAILS.exec(withoutAnchors(source)) ?? [];
  const text = start === "" ? "" : plainText(`${start}`);
  if (text === undefined) return undefined;
  switch (tail) {
    case undefined:
      return exactPath(text);
    case "/.*":
      return text === "" ? segmentPrefix("/") : orItself(text);
    case ".*":
    case "(.*)":
      return textPrefix(text);
    default:
      return segmentPrefix(text);
  }
}

function orItself(path: string): PathReading | undefined {
  return reading(path, "all", `${quote(path)} itself is judged as what is below it`);
}

function orLonger(path: string): PathReading | undefined {
  const example = quote(`${path}2`);
  return reading(
    path,
    "all",
    `${quote(path)} stands for whole segments: ${example} and the like are no longer among its paths`,
  );
}

function reading(
  text: string,
  extent: PathReading["extent"],
  note: string | undefined,
): PathReading | undefined {
  const path = parsePathMatch(text);
  // `/orders/` alone would be a prefix without its slash.
  if (!path.ok || (extent === "exact" && path.value !== text)) return undefined;
  return { path: path.value, extent, note };
}
