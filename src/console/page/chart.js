import { svg } from "./element.js";
import { counted, number } from "./format.js";
import { BAR, BARS } from "./history.js";

const WIDTH = 5;
const ABOVE = 22;
const BELOW = 12;
const TOP = 5;
const HEIGHT = TOP + ABOVE + 1 + BELOW;
const LINE = TOP + ABOVE;

/** A `img` with bars, which words describe for who does not see it. */
export class Chart {
  /** @type {SVGSVGElement} */
  element;
  #granted = svg("path", { class: "granted" });
  #refused = svg("path", { class: "refused" });
  #differs = svg("path", { class: "differs" });

  constructor() {
    const line = svg("path", { class: "line", d: `M0 ${LINE + 0.5}h${BARS * WIDTH}` });
    const box = { viewBox: `0 0 ${BARS * WIDTH} ${HEIGHT}`, preserveAspectRatio: "none" };
    this.element = svg(
      "svg",
      { ...box, class: "chart", role: "img" },
      line,
      this.#granted,
      this.#refused,
      this.#differs,
    );
  }

  /**
   * @param {number[]} granted
   * @param {number[]} refused
   * @param {number[]} differs
   */
  show(granted, refused, differs) {
    // One scale for both sides: equal heights are equal numbers.
    const most = Math.max(1, ...granted, ...refused);
    const scale = Math.min(ABOVE / most, BELOW / Math.max(1, ...refused));
    this.#granted.setAttribute(
      "d",
      bars(granted, (height) => [LINE - height, height], scale),
    );
    this.#refused.setAttribute(
      "d",
      bars(refused, (height) => [LINE + 1, height], scale),
    );
    this.#differs.setAttribute(
      "d",
      bars(differs, () => [0, 3], scale),
    );
    this.element.setAttribute("aria-label", inWords(granted, refused, differs));
  }
}

/**
 * @param {number[]} counts
 * @param {(height: number) => [top: number, height: number]} place
 * @param {number} scale
 */
function bars(counts, place, scale) {
  return counts
    .map((count, at) => {
      if (count <= 0) return "";
      // What happened is seen, however little it was.
      const [top, height] = place(Math.max(1.2, count * scale));
      return `M${at * WIDTH} ${top.toFixed(2)}h${WIDTH - 1}v${height.toFixed(2)}h-${WIDTH - 1}z`;
    })
    .join("");
}

/**
 * @param {number[]} granted
 * @param {number[]} refused
 * @param {number[]} differs
 */
function inWords(granted, refused, differs) {
  const all = granted.map((count, at) => count + (refused[at] ?? 0));
  const words = [`${number(sum(granted))} granted`, `${number(sum(refused))} refused`];
  if (sum(differs) > 0) words.push(`${counted(sum(differs), "shadow decision")} otherwise`);
  return `Last five minutes: ${words.join(", ")}; at most ${number(Math.max(...all))} in ${BAR / 1000} seconds`;
}

/** @param {number[]} counts */
export function sum(counts) {
  return counts.reduce((total, count) => total + count, 0);
}
