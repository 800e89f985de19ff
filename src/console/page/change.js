import { find, h, prose, say } from "./element.js";
import { counted } from "./format.js";
import { inWords, problemTable } from "./problems.js";
import { Failure, post } from "./server.js";

/** @typedef {import("./server.js").DiffAnswer} DiffAnswer */

/** Prepares the form that compares a document with the one in force. */
export function openChange() {
  /** @type {HTMLTextAreaElement} */
  const text = find("change-text");
  /** @type {HTMLInputElement} */
  const file = find("change-file");
  const form = find("change-form");
  const said = find("change-said");
  file.addEventListener("change", async () => {
    const [chosen] = file.files ?? [];
    if (chosen !== undefined) text.value = await chosen.text();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    // The answer to what was asked before would stand below what is asked now.
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    say(said, "Comparing…");
    try {
      show(await post("diff", "application/yaml", text.value));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      find("change-answer").replaceChildren(h("p", { class: "fault" }, error.message));
      say(said, error.message);
    }
    form.removeAttribute("aria-busy");
  });
}

/** @param {DiffAnswer} answer */
function show({ changes, problems, problemCount }) {
  const table =
    problems.length === 0 ? [] : [problemTable(problems, problemCount, "Problems of the document")];
  const title = titleOf(changes, inWords(problems));
  find("change-answer").replaceChildren(
    h("h3", {}, title),
    ...(changes === null || changes.length === 0 ? [] : [changeList(changes)]),
    ...table,
  );
  say(find("change-said"), title);
}

/**
 * @param {string[] | null} changes
 * @param {string} problems
 */
function titleOf(changes, problems) {
  if (changes === null) return `It would not come into force: ${problems}`;
  if (changes.length === 0) return "Nothing would behave differently";
  return `${counted(changes.length, "line")} of what would behave differently`;
}

/** @param {string[]} changes a line that is not indented names groups; those below it are about them */
function changeList(changes) {
  const items = changes.map((line) =>
    h("li", { class: line.startsWith(" ") ? "fact" : "head" }, ...prose(line.trim())),
  );
  return h("ul", { class: "changes" }, ...items);
}
