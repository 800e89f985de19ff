import { code, h, say } from "./element.js";
import { counted, number } from "./format.js";
import { Failure, get } from "./server.js";

/** Milliseconds without a key before the server is asked. */
const PATIENCE = 250;

/**
 * Origins of a list that may have 100,000: the first of them, and a search that the server does.
 *
 * @param {"policy" | "application"} kind
 * @param {string} name
 * @param {string[]} first
 * @param {number} total
 * @returns {HTMLElement}
 */
export function originList(kind, name, first, total) {
  if (total === 0) return h("span", { class: "hint" }, "none of its own");
  const list = h("ul", { class: "origins" });
  show(list, first);
  if (total <= first.length) return list;
  const said = h("p", { class: "hint", role: "status" }, firstOf(first.length, total));
  const input = h("input", { type: "search", autocomplete: "off", spellcheck: "false" });
  const label = h("label", {}, `Search ${counted(total, "origin")} `, input);
  /** @type {AbortController | undefined} */
  let asking;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;
  const search = async () => {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    const query = new URLSearchParams({
      [kind]: name,
      search: input.value,
      limit: String(first.length),
    });
    try {
      /** @type {import("./server.js").OriginsAnswer} */
      const { origins, count } = await get(`origins?${query}`, signal);
      show(list, origins);
      const words =
        input.value === "" ? firstOf(origins.length, count) : foundOf(origins.length, count);
      say(said, words);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Failure)) throw error;
      say(said, error.message);
    }
  };
  input.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(search, PATIENCE);
  });
  return h("div", {}, label, said, list);
}

/**
 * @param {HTMLElement} list
 * @param {string[]} origins
 */
function show(list, origins) {
  list.replaceChildren(...origins.map((origin) => h("li", {}, code(origin))));
}

/**
 * @param {number} shown
 * @param {number} total
 */
function firstOf(shown, total) {
  return `The first ${number(shown)} of ${number(total)}`;
}

/**
 * @param {number} shown
 * @param {number} count
 */
function foundOf(shown, count) {
  const found = `${counted(count, "origin")} found`;
  return count > shown ? `${found}, the first ${number(shown)} are shown` : found;
}
