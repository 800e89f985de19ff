import { code, find, h, say } from "./element.js";
import { counted } from "./format.js";
import { timeOf } from "./state-bar.js";

/** @typedef {import("./server.js").Refusal} Refusal */
/** @typedef {import("./server.js").RefusalsAnswer} RefusalsAnswer */

/** @type {Map<string, { row: HTMLElement, text: string }>} */
const rows = new Map();

/**
 * Prepares the part of the page that shows refusals; `update` is for each answer.
 *
 * @param {(refusal: Refusal) => void} onWhy
 */
export function openRefusals(onWhy) {
  const search = /** @type {HTMLInputElement} */ (find("refusals-search"));
  search.addEventListener("input", () => {
    filter(search.value);
    // Said to who searches, and not each time that one more comes in.
    say(find("refusals-said"), find("refusals-count").textContent ?? "");
  });
  return {
    /** @param {RefusalsAnswer} answer */
    update({ limit, refusals }) {
      say(find("refusals-lead"), leadOf(limit));
      // A row that is there stays as it is: whoever is at its button must not lose the place.
      const before = new Map(rows);
      const body = find("refusals-rows");
      for (const refusal of refusals.toReversed()) {
        if (before.delete(refusal.id)) continue;
        const row = rowOf(refusal, onWhy);
        rows.set(refusal.id, { row, text: (row.textContent ?? "").toLowerCase() });
        body.prepend(row);
      }
      for (const [id, { row }] of before) {
        row.remove();
        rows.delete(id);
      }
      const empty = find("refusals-empty");
      empty.hidden = rows.size > 0;
      filter(search.value);
    },
  };
}

/** @param {number} limit */
function leadOf(limit) {
  if (limit === 0)
    return "This server keeps no refusals: it was started with --console-refusals 0.";
  return `The last ${limit} are kept, in memory alone: no header but the Origin, and no query.`;
}

/** @param {string} search */
function filter(search) {
  const wanted = search.trim().toLowerCase();
  let shown = 0;
  for (const { row, text } of rows.values()) {
    row.hidden = !text.includes(wanted);
    if (!row.hidden) shown += 1;
  }
  const all = counted(rows.size, "refusal");
  say(find("refusals-count"), wanted === "" ? all : `${shown} of ${all}`);
}

/**
 * @param {Refusal} refusal
 * @param {(refusal: Refusal) => void} onWhy
 */
function rowOf(refusal, onWhy) {
  const { at, reason, kind, method, path, header, origin, group, policy, applied } = refusal;
  const button = h(
    "button",
    { type: "button", class: "quiet" },
    "Why?",
    h("span", { class: "unseen" }, ` ${method ?? ""} ${path ?? ""} from ${origin ?? "no origin"}`),
  );
  button.addEventListener("click", () => onWhy(refusal));
  const because = h("td", {}, code(reason ?? ""));
  if (header !== null) because.append(" ", h("span", { class: "hint" }, header));
  if (!applied) because.append(" ", h("span", { class: "badge" }, "only observed"));
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, timeOf(at)),
    because,
    h(
      "td",
      { class: "long" },
      h("b", {}, method ?? ""),
      " ",
      code(path ?? ""),
      ...(kind === "actual" ? [] : [" ", h("span", { class: "badge" }, kind)]),
    ),
    h("td", { class: "long origin" }, origin === null ? noneOf("no Origin") : code(origin)),
    h("td", {}, group ?? noneOf("none")),
    h(
      "td",
      {},
      policy === null
        ? noneOf("none")
        : h("a", { href: `#policy/${encodeURIComponent(policy)}` }, policy),
    ),
    h("td", {}, button),
  );
}

/** @param {string} words */
function noneOf(words) {
  return h("span", { class: "hint" }, words);
}
