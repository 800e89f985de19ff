import { Chart, sum } from "./chart.js";
import { code, find, h, say } from "./element.js";
import { counted, number, rate } from "./format.js";
import { BAR, BARS, History } from "./history.js";

/** @typedef {import("./server.js").DecisionsAnswer} DecisionsAnswer */
/** @typedef {import("./server.js").Counted} Counted */

/** Policies that are shown at once: charts of 1,000 would keep the browser busy all the time. */
const ROWS = 50;
/** Bars of one row of the table that says what a chart shows: a minute. */
const PER_MINUTE = 60_000 / BAR;
/** Bars that a rate is of: the last whole ones of ten seconds. */
const RATE_BARS = 2;

const KINDS = /** @type {const} */ (["granted", "refused", "passed", "differs"]);
/** @typedef {(typeof KINDS)[number]} Kind */
/** @typedef {{ totals: Record<Kind, number>, parts: { words: string[], kind: Kind, count: number }[] }} Sum */

const history = new History();
/** @type {Map<string, Row>} */
const rows = new Map();
let since = "";

/** Prepares the part of the page that shows decisions; `update` is for each answer. */
export function openLive() {
  const search = /** @type {HTMLInputElement} */ (find("live-search"));
  /** @type {DecisionsAnswer | undefined} */
  let last;
  search.addEventListener("input", () => last && show(last, search.value));
  return {
    /** @param {DecisionsAnswer} answer */
    update(answer) {
      last = answer;
      record(answer);
      if (!find("live").hidden) show(answer, search.value);
    },
    enter() {
      if (last !== undefined) show(last, search.value);
    },
  };
}

/** @param {DecisionsAnswer} answer */
function record(answer) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const [policy, { totals }] of sums(answer)) {
    for (const kind of KINDS) {
      counts.set(`${kind} ${policy}`, totals[kind]);
      counts.set(kind, (counts.get(kind) ?? 0) + totals[kind]);
    }
  }
  history.add(Date.parse(answer.at), counts, since !== "" && since !== answer.since);
  since = answer.since;
}

/**
 * What was decided under each policy; of no policy by the group alone.
 *
 * @param {DecisionsAnswer} answer
 * @returns {Map<string, Sum>}
 */
function sums({ decisions, shadows }) {
  /** @type {Map<string, Sum>} */
  const all = new Map();
  const add = (
    /** @type {Counted} */ one,
    /** @type {Kind} */ kind,
    /** @type {string} */ what,
  ) => {
    const policy = one.policy ?? "";
    const known = all.get(policy) ?? {
      totals: { granted: 0, refused: 0, passed: 0, differs: 0 },
      parts: [],
    };
    all.set(policy, known);
    known.totals[kind] += one.count;
    const words = [one.group ?? "none", one.kind, what, one.reason ?? ""];
    known.parts.push({ words, kind, count: one.count });
  };
  for (const one of decisions) add(one, outcomeOf(one), one.outcome);
  for (const one of shadows) if (one.differs) add(one, "differs", `shadow: ${one.outcome}`);
  return all;
}

/**
 * @param {Counted} counted
 * @returns {Kind}
 */
function outcomeOf({ outcome }) {
  return outcome === "granted" || outcome === "refused" ? outcome : "passed";
}

/**
 * @param {DecisionsAnswer} answer
 * @param {string} search
 */
function show(answer, search) {
  const now = Date.parse(answer.at);
  const all = sums(answer);
  showTiles(now);
  // In the order in which they came to be seen: rows that change places cannot be read.
  for (const [policy] of [...all].sort(byCount))
    if (!rows.has(policy)) rows.set(policy, new Row(policy));
  for (const [policy, row] of rows) if (!all.has(policy)) forget(policy, row);
  const wanted = search.trim().toLowerCase();
  const found = [...rows.values()].filter(({ policy }) => policy.toLowerCase().includes(wanted));
  const shown = new Set(found.slice(0, ROWS));
  const table = /** @type {HTMLElement} */ (document.querySelector("table.live"));
  for (const row of rows.values()) {
    if (!shown.has(row)) {
      row.body.remove();
      continue;
    }
    if (row.body.parentNode === null) table.append(row.body);
    const sum = all.get(row.policy);
    if (sum !== undefined) row.update(sum, now);
  }
  find("live-empty").hidden = rows.size > 0;
  say(
    find("live-count"),
    found.length > ROWS ? `${ROWS} of ${counted(found.length, "policy", "policies")}` : "",
  );
}

/**
 * @param {[string, Sum]} one
 * @param {[string, Sum]} other
 */
function byCount([, one], [, other]) {
  return other.totals.granted + other.totals.refused - one.totals.granted - one.totals.refused;
}

/**
 * @param {string} policy
 * @param {Row} row
 */
function forget(policy, row) {
  row.body.remove();
  rows.delete(policy);
}

/** @type {Record<Kind, { name: string, mark: string }>} */
const TILES = {
  granted: { name: "Granted", mark: "▲" },
  refused: { name: "Refused", mark: "▼" },
  passed: { name: "Passed", mark: "→" },
  differs: { name: "Shadow differs", mark: "◆" },
};
/** @type {Map<Kind, { perSecond: HTMLElement, lately: HTMLElement }>} */
const tiles = new Map();

/** @param {number} now */
function showTiles(now) {
  for (const kind of KINDS) {
    const tile = tiles.get(kind) ?? makeTile(kind);
    const bars = history.bars(kind, now);
    // The bar of this moment has not ended yet.
    const lately = sum(bars.slice(-RATE_BARS - 1, -1)) / ((RATE_BARS * BAR) / 1000);
    say(tile.perSecond, rate(lately));
    const since = history.isWhole(now) ? "in 5 minutes" : "since this page was opened";
    say(tile.lately, `${number(sum(bars))} ${since}`);
  }
}

/** @param {Kind} kind */
function makeTile(kind) {
  const { name, mark } = TILES[kind];
  const tile = { perSecond: h("span", { class: "figure" }), lately: h("span", { class: "hint" }) };
  const sign = h("span", { class: `mark ${kind}`, "aria-hidden": "true" }, mark);
  find("tiles").append(
    h(
      "div",
      { class: "tile" },
      h("dt", {}, sign, name),
      h("dd", {}, tile.perSecond, h("span", { class: "unit" }, "a second"), tile.lately),
    ),
  );
  tiles.set(kind, tile);
  return tile;
}

/** A policy's row, and the one below it that unfolds. */
class Row {
  /** @type {string} */
  policy;
  /** @type {HTMLTableSectionElement} */
  body;
  #chart = new Chart();
  #details = h("td", { colspan: 7 });
  #button;
  #below;
  /** @type {Map<Kind, HTMLElement>} */
  #cells = new Map();
  /** @type {() => HTMLElement[]} */
  #latest = () => [];

  /** @param {string} policy */
  constructor(policy) {
    this.policy = policy;
    for (const kind of KINDS) this.#cells.set(kind, h("td", { class: "number" }));
    const named =
      policy === ""
        ? h("span", { class: "hint" }, "no policy")
        : h("a", { href: `#policy/${encodeURIComponent(policy)}` }, policy);
    const what = policy === "" ? "what no policy governs" : policy;
    this.#button = h(
      "button",
      { type: "button", class: "quiet", "aria-expanded": "false" },
      "Details",
      h("span", { class: "unseen" }, ` of ${what}`),
    );
    this.#button.addEventListener("click", () => this.#toggle());
    this.#below = h("tr", { class: "below", hidden: true }, this.#details);
    const chart = h("td", { class: "drawn" });
    chart.append(this.#chart.element);
    const row = h("tr", {}, h("th", { scope: "row" }, named), chart, ...this.#cells.values());
    row.append(h("td", {}, this.#button));
    this.body = h("tbody", {}, row, this.#below);
  }

  /**
   * @param {Sum} sum
   * @param {number} now
   */
  update({ totals, parts }, now) {
    for (const [kind, cell] of this.#cells) say(cell, number(totals[kind]));
    const bars = (/** @type {Kind} */ kind) => history.bars(`${kind} ${this.policy}`, now);
    const [granted, refused, differs] = [bars("granted"), bars("refused"), bars("differs")];
    this.#chart.show(granted, refused, differs);
    this.#latest = () => [partsTable(parts), minutesTable(granted, refused, differs)];
    if (!this.#below.hidden) this.#showDetails();
  }

  /** Tables that say what they said before are left: somebody may be reading them. */
  #showDetails() {
    const pair = h("div", { class: "pair" }, ...this.#latest());
    if (this.#details.firstChild?.textContent === pair.textContent) return;
    this.#details.replaceChildren(pair);
  }

  #toggle() {
    this.#below.hidden = !this.#below.hidden;
    this.#button.setAttribute("aria-expanded", String(!this.#below.hidden));
    if (!this.#below.hidden) this.#showDetails();
  }
}

/** Heads of columns that hold numbers. */
const NUMBERS = new Set(["Count", "Granted", "Refused", "Shadow differs"]);

/** @param {Sum["parts"]} parts */
function partsTable(parts) {
  const rows = parts
    .toSorted((one, other) => other.count - one.count)
    .map(({ words: [group = "", kind = "", outcome = "", reason = ""], count }) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, group),
        h("td", {}, kind),
        h("td", {}, outcome),
        h("td", {}, reason === "" ? "" : code(reason)),
        h("td", { class: "number" }, number(count)),
      ),
    );
  return table("Since the server started", ["Group", "Kind", "Outcome", "Reason", "Count"], rows);
}

/**
 * What the chart shows, in numbers.
 *
 * @param {...number[]} series
 */
function minutesTable(...series) {
  const rows = Array.from({ length: BARS / PER_MINUTE }, (_, at) => {
    const part = (/** @type {number[]} */ bars) =>
      sum(bars.slice(BARS - (at + 1) * PER_MINUTE, BARS - at * PER_MINUTE));
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, at === 0 ? "this minute" : `${counted(at, "minute")} before`),
      ...series.map((bars) => h("td", { class: "number" }, number(part(bars)))),
    );
  });
  return table("Minute by minute", ["When", "Granted", "Refused", "Shadow differs"], rows);
}

/**
 * @param {string} caption
 * @param {string[]} heads
 * @param {HTMLElement[]} rows
 */
function table(caption, heads, rows) {
  const head = h(
    "tr",
    {},
    ...heads.map((words) =>
      h("th", { scope: "col", class: NUMBERS.has(words) ? "number" : false }, words),
    ),
  );
  return h("table", {}, h("caption", {}, caption), h("thead", {}, head), h("tbody", {}, ...rows));
}
