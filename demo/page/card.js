/** @typedef {import("./scenarios.js").Scenario} Scenario */
/** @typedef {import("./attempt.js").Result} Result */

/**
 * One request as corsd explains it.
 *
 * @typedef {object} Explanation
 * @property {string} phase "Preflight", "Request" or "Handshake"
 * @property {string} [problem] why there is no explanation
 * @property {"granted" | "refused" | "passed"} [outcome]
 * @property {string | null} [policy]
 * @property {string | null} [reason]
 * @property {number | null} [status]
 * @property {string[]} [steps]
 */

const template = /** @type {HTMLTemplateElement} */ (document.querySelector("#card"));

const verdicts = { read: "The script could read it", withheld: "The browser withheld it" };

/**
 * @param {Scenario} scenario
 * @param {() => void} run
 * @returns {HTMLElement}
 */
export function createCard(scenario, run) {
  const card = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  card.id = scenario.id;
  setMarked(part(card, "h3"), scenario.title);
  setMarked(part(card, ".about"), scenario.about);
  part(card, ".sent").textContent = describe(scenario);
  const button = part(card, ".run");
  button.setAttribute("aria-label", `Run: ${scenario.title.replaceAll("`", "")}`);
  button.addEventListener("click", run);
  return card;
}

/** @param {HTMLElement} card */
export function showRunning(card) {
  delete card.dataset.outcome;
  card.setAttribute("aria-busy", "true");
  part(card, ".result").hidden = true;
}

/**
 * @param {HTMLElement} card
 * @param {Result} result
 * @param {string[]} seen the methods of the requests that reached the service
 * @param {Explanation[]} explanations
 */
export function showResult(card, result, seen, explanations) {
  part(card, ".verdict").textContent = verdicts[result.outcome];
  part(card, ".saw").textContent = lines(result.saw);
  part(card, ".seen").textContent = seen.length === 0 ? "nothing" : seen.join(", ");
  part(card, ".why").replaceChildren(...explanations.map(renderExplanation));
  part(card, ".result").hidden = false;
  card.removeAttribute("aria-busy");
  card.dataset.outcome = result.outcome;
}

/** @param {Explanation} explanation */
function renderExplanation(explanation) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  const phase = document.createElement("b");
  phase.textContent = explanation.phase;
  summary.append(phase, ` ${sentence(explanation)}`);
  summary.dataset.outcome = explanation.outcome ?? "unknown";
  const steps = document.createElement("ol");
  for (const step of explanation.steps ?? []) {
    const item = document.createElement("li");
    setMarked(item, step);
    steps.append(item);
  }
  details.append(summary, steps);
  return details;
}

/** @param {Explanation} explanation */
function sentence({ problem, outcome, policy, reason, status }) {
  if (problem !== undefined) return problem;
  const by = policy === null || policy === undefined ? "" : ` by policy ${policy}`;
  const because = reason === null || reason === undefined ? "" : `: ${reason}`;
  const code = outcome === "refused" && status ? ` with ${status}` : "";
  return `${outcome}${code}${by}${because}`;
}

/** @param {Scenario} scenario */
function describe({ how, path, init = {} }) {
  const method = how === "socket" ? "WebSocket" : (init.method ?? "GET");
  const headers = Object.entries(init.headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  const credentials = init.credentials === "include" ? ["(with credentials)"] : [];
  return [`${method} ${path}`, ...headers, ...credentials].join("\n");
}

/** @param {Record<string, unknown>} saw */
function lines(saw) {
  return Object.entries(saw)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("\n");
}

/**
 * Text with `code` in back-ticks.
 *
 * @param {HTMLElement} element
 * @param {string} text
 */
function setMarked(element, text) {
  const pieces = text.split("`").map((piece, index) => {
    if (index % 2 === 0) return piece;
    const code = document.createElement("code");
    code.textContent = piece;
    return code;
  });
  element.replaceChildren(...pieces);
}

/**
 * @param {HTMLElement} card
 * @param {string} selector
 * @returns {HTMLElement}
 */
function part(card, selector) {
  return /** @type {HTMLElement} */ (card.querySelector(selector));
}
