import { styleText } from "node:util";
import type { Environment } from "../server/settings.ts";

type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Puts a text in a style, or leaves it as it is where nobody would see that. */
export type Paint = (style: Style, text: string) => string;

export function paintFor(isTerminal: boolean): Paint {
  return (style, text) =>
    isTerminal && text !== "" ? styleText(style, text, { validateStream: false }) : text;
}

/**
 * True where results are to be coloured: FORCE_COLOR decides (force-color.org; `0` and `false` are no, as in Node), then
 * NO_COLOR (no-color.org: any text but the empty one), then whether a terminal that has colours is there.
 */
export function wantsColors(
  { FORCE_COLOR: forced, NO_COLOR: refused }: Environment,
  hasColors: boolean,
): boolean {
  if (forced !== undefined && forced !== "") return forced !== "0" && forced !== "false";
  return hasColors && (refused === undefined || refused === "");
}
