import { applicationCard, groupCard, policyCard } from "./document-cards.js";
import { code, find, h, say } from "./element.js";
import { counted, moment, number } from "./format.js";
import { pagedList } from "./paged-list.js";
import { inWords, problemTable } from "./problems.js";
import { Failure, get } from "./server.js";

/** @typedef {import("./server.js").PolicyAnswer} PolicyAnswer */

/** Items of a list that are asked for: of 100,000 origins nobody reads more. */
const LIMIT = 50;

/** Prepares the part of the page that shows the document in force. */
export function openPolicy() {
  /** @type {HTMLSelectElement} */
  const tag = find("policy-tag");
  /** @type {HTMLInputElement} */
  const search = find("policy-search");
  /** @type {PolicyAnswer | undefined} */
  let last;
  let seen = "";
  /** @type {string | undefined} */
  let wanted;
  let asked = 0;
  const load = async () => {
    asked += 1;
    const mine = asked;
    const query = new URLSearchParams({ limit: String(LIMIT) });
    if (tag.value !== "") query.set("tag", tag.value);
    try {
      /** @type {PolicyAnswer} */
      const answer = await get(`policy?${query}`);
      // Another tag was chosen meanwhile.
      if (mine !== asked) return;
      last = answer;
      if (tag.value === "") showTags(tag, answer);
      showHead(answer);
      show(answer, search.value);
      if (wanted !== undefined) unfold(wanted);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      // What the files say now is asked for again at the next change, or the next look.
      seen = "";
      find("policy-facts").replaceChildren(h("p", { class: "fault" }, error.message));
    }
  };
  const unfold = (/** @type {string} */ name) => {
    wanted = undefined;
    const summary = [...find("policies").querySelectorAll("summary")].find(
      (each) => each.querySelector("b")?.textContent === name,
    );
    if (summary === undefined) return;
    /** @type {HTMLDetailsElement} */ (summary.parentElement).open = true;
    summary.focus();
    summary.scrollIntoView({ block: "center" });
  };
  tag.addEventListener("change", load);
  search.addEventListener("input", () => last && show(last, search.value));
  return {
    /**
     * Reads the document again where there is news of it.
     *
     * @param {string} attempt names what the files were last found to hold
     */
    async update(attempt) {
      if (seen === attempt) return;
      seen = attempt;
      await load();
    },
    /** @param {string} name of a policy that is to be shown; empty: none */
    enter(name) {
      if (name === "") return;
      tag.value = "";
      search.value = name;
      wanted = name;
      if (last !== undefined) void load();
    },
  };
}

/**
 * @param {HTMLSelectElement} select
 * @param {PolicyAnswer} answer
 */
function showTags(select, { policies }) {
  const tags = [...new Set(policies.flatMap((policy) => policy.tags))].sort();
  const options = tags.map((tag) => h("option", { value: tag }, tag));
  select.replaceChildren(h("option", { value: "" }, "all"), ...options);
}

/** @param {PolicyAnswer} answer */
function showHead({ revision, loadedAt, stale, problems, problemCount }) {
  const words = stale
    ? "have errors: what they said before stays in force"
    : "say what is in force";
  find("policy-facts").replaceChildren(
    fact("Revision", code(revision)),
    fact("Loaded", moment(loadedAt)),
    fact("The files", words),
    fact("Last reading", problemCount === 0 ? "no problems" : inWords(problems)),
  );
  const caption = stale ? "What is wrong with the files" : "Warnings of the document in force";
  const table = problems.length === 0 ? [] : [problemTable(problems, problemCount, caption)];
  find("problems").replaceChildren(...table);
}

/**
 * @param {string} term
 * @param {Node | string} value
 */
function fact(term, value) {
  return h("div", {}, h("dt", {}, term), h("dd", {}, value));
}

/**
 * @param {PolicyAnswer} answer
 * @param {string} search
 */
function show({ apiGroups, policies, applications }, search) {
  const wanted = search.trim().toLowerCase();
  const isFound = (/** @type {{ name: string }} */ { name }) => name.toLowerCase().includes(wanted);
  const everywhere = applications
    .filter((application) => application.apiGroups === "*")
    .map(({ name }) => name);
  fill("groups", apiGroups, isFound, (group) => groupCard(group, everywhere));
  fill("policies", policies, isFound, policyCard);
  fill("applications", applications, isFound, applicationCard);
}

/**
 * @template Item
 * @param {string} id
 * @param {Item[]} items
 * @param {(item: Item) => boolean} isFound
 * @param {(item: Item) => HTMLElement} render
 */
function fill(id, items, isFound, render) {
  const found = items.filter(isFound);
  const all = number(items.length);
  say(
    find(`${id}-count`),
    found.length === items.length ? all : `${number(found.length)} of ${all}`,
  );
  const none =
    items.length === 0
      ? `The document has no ${id}.`
      : `None of ${counted(items.length, "name")} has that in it.`;
  find(id).replaceChildren(pagedList(found, render, none));
}
