import { code, h, prose } from "./element.js";
import { counted } from "./format.js";

/** @typedef {import("./server.js").Problem} Problem */

/**
 * What is wrong with a document, each with its place and the way out.
 *
 * @param {Problem[]} problems
 * @param {number} count how many there are in all
 * @param {string} caption
 */
export function problemTable(problems, count, caption) {
  const cut = count > problems.length ? `: the first ${problems.length} of ${count}` : "";
  const heads = ["", "Place", "What is wrong", "What to do"].map((words) =>
    h("th", { scope: "col" }, words === "" ? h("span", { class: "unseen" }, "Severity") : words),
  );
  return h(
    "section",
    { class: "scroll", "aria-label": caption, tabindex: 0 },
    h(
      "table",
      { class: "problems" },
      h("caption", {}, `${caption}${cut}`),
      h("thead", {}, h("tr", {}, ...heads)),
      h("tbody", {}, ...problems.map(rowOf)),
    ),
  );
}

/** @param {Problem} problem */
function rowOf({ severity, file, line, column, pointer, message, fix }) {
  return h(
    "tr",
    {},
    h("td", {}, h("span", { class: `badge ${severity}` }, severity)),
    h(
      "th",
      { scope: "row" },
      code(`${file}:${line}:${column}`),
      h("br"),
      h("span", { class: "hint" }, pointer),
    ),
    h("td", { class: "long" }, ...prose(message)),
    h("td", { class: "long" }, ...prose(fix)),
  );
}

/** @param {Problem[]} problems */
export function inWords(problems) {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  return [
    ...(errors > 0 ? [counted(errors, "error")] : []),
    ...(problems.length > errors ? [counted(problems.length - errors, "warning")] : []),
  ].join(", ");
}
