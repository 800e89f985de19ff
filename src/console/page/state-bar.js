import { code, find, h } from "./element.js";
import { moment, time } from "./format.js";

/** @typedef {import("./server.js").DecisionsAnswer["policy"]} State */

/** What is shown now: a text that does not change is not said again. */
let shown = "";

/**
 * Says which document is in force, and whether it is what the files say.
 *
 * @param {State} state
 */
export function showState({ revision, loadedAt, stale }) {
  change(stale ? "stale" : "good", stale ? "The last good document is in force" : "In force");
  const facts = find("facts");
  if (facts.dataset.revision !== revision) {
    facts.dataset.revision = revision;
    facts.replaceChildren(
      h("div", {}, h("dt", {}, "Revision"), h("dd", { id: "revision" }, code(revision))),
      h("div", {}, h("dt", {}, "Loaded"), h("dd", {}, timeOf(loadedAt))),
    );
  }
  const alarm = find("alarm");
  alarm.hidden = !stale;
  if (stale && alarm.childElementCount === 0) {
    alarm.replaceChildren(
      "The policy files have errors: what they said before stays in force. ",
      h("a", { href: "#policy" }, "See what is wrong"),
    );
  }
}

/** @param {string} words */
export function showSilence(words) {
  change("gone", `No answer: ${words}`);
}

/** @param {string} iso */
export function timeOf(iso) {
  return h("time", { datetime: iso, title: moment(iso) }, time(iso));
}

/**
 * @param {"good" | "stale" | "gone"} kind
 * @param {string} words
 */
function change(kind, words) {
  if (shown === words) return;
  shown = words;
  const state = find("state");
  state.className = `state ${kind}`;
  state.replaceChildren(h("span", { class: "dot", "aria-hidden": "true" }), words);
}
