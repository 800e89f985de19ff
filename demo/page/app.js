import { attempt } from "./attempt.js";
import { createCard, showResult, showRunning } from "./card.js";
import { scenarios } from "./scenarios.js";

/** How often the policy file is read again, in milliseconds. */
const policyEvery = 1_000;

/** Scenarios that run at once in "Run all": few enough to watch them. */
const atOnce = 3;

const config = await (await fetch("/config.json")).json();

/** @type {Map<string, HTMLElement>} */
const cards = new Map();

/** @param {string} selector */
function find(selector) {
  return /** @type {HTMLElement} */ (document.querySelector(selector));
}

/**
 * The page cannot see why it was refused; its own server asks corsd about the same request.
 *
 * @param {string} phase
 * @param {string} method
 * @param {string} url
 * @param {[string, string][]} headers
 * @returns {Promise<import("./card.js").Explanation>}
 */
async function explain(phase, method, url, headers) {
  const body = JSON.stringify({ method, url, headers });
  const response = await fetch("/why", { method: "POST", body });
  const text = await response.text();
  return response.ok ? { ...JSON.parse(text), phase } : { phase, problem: text };
}

/**
 * @param {import("./scenarios.js").Scenario} scenario
 * @param {string} url
 */
async function explainAll(scenario, url) {
  const origin = scenario.how === "frame" ? "null" : location.origin;
  if (scenario.how === "socket") {
    return [
      await explain("Handshake", "GET", url, [
        ["Origin", origin],
        ["Upgrade", "websocket"],
      ]),
    ];
  }
  const { preflight, init = {} } = scenario;
  /** @type {[string, string][]} */
  const headers = [
    ["Origin", origin],
    ["Sec-Fetch-Site", "same-site"],
  ];
  const actual = explain("Request", init.method ?? "GET", url, headers);
  if (preflight === undefined) return [await actual];
  headers.push(["Access-Control-Request-Method", preflight.method]);
  if (preflight.headers !== "") {
    headers.push(["Access-Control-Request-Headers", preflight.headers]);
  }
  const first = await explain("Preflight", "OPTIONS", url, headers);
  return first.outcome === "refused" ? [first] : [first, await actual];
}

/** @param {import("./scenarios.js").Scenario} scenario */
async function run(scenario) {
  const card = /** @type {HTMLElement} */ (cards.get(scenario.id));
  showRunning(card);
  // Marks the request, so that the service can be asked whether it came through.
  const mark = crypto.getRandomValues(new Uint32Array(2)).join("-");
  const url = `${config.api}${scenario.path}?try=${mark}`;
  const [result, explanations] = await Promise.all([
    attempt(scenario, url),
    explainAll(scenario, url),
  ]);
  const seen = await (await fetch(`/seen?try=${mark}`)).json();
  showResult(card, result, seen, explanations);
  find("#said").textContent = `${scenario.title}: ${result.outcome}`;
  showTally();
}

function showTally() {
  const outcomes = [...cards.values()].map((card) => card.dataset.outcome);
  const read = outcomes.filter((outcome) => outcome === "read").length;
  const withheld = outcomes.filter((outcome) => outcome === "withheld").length;
  find("#tally").textContent = `${read} readable, ${withheld} withheld, of ${scenarios.length}.`;
}

async function runAll() {
  const button = /** @type {HTMLButtonElement} */ (find("#run-all"));
  button.disabled = true;
  const waiting = [...scenarios];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await run(next);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  button.disabled = false;
}

function showScenarios() {
  for (const group of new Set(scenarios.map((scenario) => scenario.group))) {
    const section = document.createElement("section");
    const heading = document.createElement("h2");
    heading.textContent = group;
    const list = document.createElement("div");
    list.className = "cards";
    for (const scenario of scenarios.filter((candidate) => candidate.group === group)) {
      const card = createCard(scenario, () => void run(scenario));
      cards.set(scenario.id, card);
      list.append(card);
    }
    section.append(heading, list);
    find("#scenarios").append(section);
  }
}

/** @param {"app" | "evil"} name */
async function showOrigin(name) {
  const link = /** @type {HTMLAnchorElement} */ (find(`#${name}`));
  const origin = config[name];
  link.href = origin;
  if (origin === location.origin) link.setAttribute("aria-current", "page");
  const known = await explain("Request", "GET", `${config.api}/orders`, [
    ["Origin", origin],
    ["Sec-Fetch-Site", "same-site"],
  ]);
  link.dataset.outcome = known.outcome ?? "unknown";
  const state = document.createElement("span");
  state.textContent = { granted: "admitted", refused: "not admitted" }[known.outcome ?? ""] ?? "";
  link.replaceChildren(origin.replace("http://", ""), state);
  return known.problem;
}

/**
 * A line of YAML; where it has to wrap, it wraps below its own beginning.
 *
 * @param {string} text
 */
function renderLine(text) {
  const line = document.createElement("div");
  const indent = `${text.search(/\S|$/) + 2}ch`;
  line.className = text.trimStart().startsWith("#") ? "line comment" : "line";
  line.style.paddingLeft = indent;
  line.style.textIndent = `-${indent}`;
  line.textContent = text;
  return line;
}

let shown = "";

async function followPolicy() {
  const text = await (await fetch("/policy")).text();
  if (text !== shown) {
    const first = shown === "";
    shown = text;
    find("#policy-text").replaceChildren(...text.trimEnd().split("\n").map(renderLine));
    const [problem] = await Promise.all([showOrigin("app"), showOrigin("evil")]);
    const state = find("#policy-state");
    state.dataset.state = problem === undefined ? "good" : "bad";
    state.textContent =
      problem === undefined
        ? `${first ? "In force." : "Changed, and in force."} Edit it, save, run again.`
        : `Not in force, the last good one stays:\n${problem}`;
  }
}

async function followForever() {
  // A server that has gone away is not worth a word: the next try says it.
  await followPolicy().catch(() => {});
  setTimeout(followForever, policyEvery);
}

find("#api").textContent = config.api;
find("#policy-path").textContent = config.policy;
find("#run-all").addEventListener("click", () => void runAll());
showScenarios();
await followForever();
document.body.dataset.ready = "true";
