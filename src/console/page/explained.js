import { copyButton } from "./copy-button.js";
import { code, h, lines, prose } from "./element.js";

/**
 * @typedef {{ group: string | null, policy: string | null, kind: string, outcome: string, reason: string | null,
 *   status: number | null, body: string | null, headers: { set: [string, string][], remove: string[], vary: string[] },
 *   steps: string[], shadow: { policy: string | null, outcome: string, reason: string | null, differs: boolean } | null,
 * }} Explanation
 * @typedef {{ kind: "impossible", because: string } | { kind: "change", snippet: string,
 *   changes: { file: string, line: number, column: number, text: string }[], grants: string[], cautions: string[] }} Mend
 * @typedef {Explanation & { request?: { method: string, url: string } }} ExplainedRequest
 * @typedef {{ requests: ExplainedRequest[], mend: Mend | null }} Exchange
 * @typedef {{ kind: string, claim: string | null, assumptions: string[], exchanges: Exchange[] }} Pasted
 * @typedef {Explanation & { mend: Mend | null, pasted?: Pasted }} ExplainAnswer
 */

/**
 * Shows an explanation; returns its title.
 *
 * @param {HTMLElement} place
 * @param {ExplainAnswer} answer
 */
export function showExplained(place, answer) {
  const { pasted, mend } = answer;
  const title = titleOf(answer);
  const heading = h("h3", { tabindex: -1 }, title);
  const exchanges = pasted?.exchanges ?? [{ requests: [answer], mend }];
  place.replaceChildren(
    h(
      "div",
      { class: `verdict ${answer.outcome}` },
      heading,
      ...(pasted === undefined ? [] : pastedParts(pasted)),
    ),
    ...exchanges.flatMap(exchangeCards),
  );
  heading.focus({ preventScroll: true });
  place.scrollIntoView({ block: "nearest" });
  return title;
}

/** @param {Exchange} exchange */
function exchangeCards({ requests, mend }) {
  const refused = requests.findIndex(({ outcome }) => outcome === "refused");
  // A browser goes no further.
  const sent = refused < 0 ? requests : requests.slice(0, refused + 1);
  return [...(mend === null ? [] : [mendCard(mend)]), ...sent.map(requestCard)];
}

/** @param {Explanation} explanation */
function titleOf({ outcome, reason, policy }) {
  const by = policy === null ? "" : ` by policy ${policy}`;
  const why = reason === null ? "" : `: ${reason}`;
  return `${outcome.slice(0, 1).toUpperCase()}${outcome.slice(1)}${by}${why}`;
}

/** @param {Pasted} pasted */
function pastedParts({ kind, claim, assumptions, exchanges }) {
  const isLetThrough = exchanges.every(({ mend }) => mend === null);
  return [
    ...(claim === null ? [] : [h("p", {}, "What is pasted says: ", h("q", {}, ...prose(claim)))]),
    ...(assumptions.length === 0
      ? []
      : [
          h("p", {}, "Taken to be so, since it does not say:"),
          h("ul", {}, ...assumptions.map((each) => h("li", {}, ...prose(each)))),
        ]),
    ...(kind === "console" && isLetThrough ? [h("p", {}, ELSEWHERE)] : []),
  ];
}

const ELSEWHERE =
  "By this document it is let through: the page asked for something else than what was taken to be so, or the answer came from elsewhere. In the browser’s developer tools, under Network, choose Copy as cURL, and paste that.";

/** @param {Mend} mend */
function mendCard(mend) {
  if (mend.kind === "change") return changeCard(mend);
  return h(
    "p",
    { class: "note" },
    "No change of the document lets it through: ",
    ...prose(mend.because),
  );
}

/** @param {Extract<Mend, { kind: "change" }>} mend */
function changeCard({ changes, snippet, grants, cautions }) {
  const places = changes.map(({ file, line, column, text }) =>
    h("li", {}, code(`${file}:${line}:${column}`), " ", ...prose(text)),
  );
  return h(
    "section",
    { class: "card", "aria-label": "The smallest change that lets it through" },
    h("h3", {}, "The smallest change that lets it through"),
    h("ul", { class: "places" }, ...places),
    h("div", { class: "snippet" }, lines(snippet), copyButton(snippet, "Copy the snippet")),
    ...(cautions.length === 0 ? [] : [listed("Look out", cautions, "cautions")]),
    ...(grants.length === 0
      ? []
      : [listed("What it admits, for other requests too", grants, "grants")]),
  );
}

/**
 * @param {string} title
 * @param {string[]} items
 * @param {string} kind
 */
function listed(title, items, kind) {
  return h(
    "div",
    { class: kind },
    h("h4", {}, title),
    h("ul", {}, ...items.map((each) => h("li", {}, ...prose(each.trim())))),
  );
}

/** @param {ExplainedRequest} explanation */
function requestCard(explanation) {
  const { kind, outcome, steps, headers, status, body, request } = explanation;
  const title = request === undefined ? [] : [": ", code(`${request.method} ${request.url}`)];
  /** @type {HTMLElement[]} */
  const parts = [
    h("h3", {}, kind, ...title),
    // Of one request alone it stands above already.
    ...(request === undefined
      ? []
      : [h("p", {}, h("span", { class: `badge ${outcome}` }, titleOf(explanation)))]),
    h("h4", {}, "Step by step"),
    h("ol", { class: "steps" }, ...steps.map((step) => h("li", {}, ...prose(step)))),
  ];
  if (status !== null) {
    parts.push(
      h("h4", {}, "Answer"),
      h("p", {}, `corsd answers with ${status}; the service is not reached.`),
      ...(body === null || body === "" ? [] : [lines(body)]),
    );
  }
  parts.push(...headerTable(headers, `Headers of the ${kind} response`));
  return h("section", { class: "card", "aria-label": `${kind} request` }, ...parts);
}

/**
 * @param {Explanation["headers"]} headers
 * @param {string} caption
 */
function headerTable({ set, remove, vary }, caption) {
  const rows = [
    ...set.map(([name, value]) => rowOf(name, "set", value)),
    ...remove.map((name) => rowOf(name, "removed", "")),
    ...(vary.length === 0 ? [] : [rowOf("vary", "merged", vary.join(", "))]),
  ];
  if (rows.length === 0) return [h("p", { class: "hint" }, "No header is touched.")];
  const heads = ["Header", "What happens", "Value"].map((words) =>
    h("th", { scope: "col" }, words),
  );
  return [
    h(
      "section",
      { class: "scroll", "aria-label": caption, tabindex: 0 },
      h(
        "table",
        {},
        h("caption", {}, caption),
        h("thead", {}, h("tr", {}, ...heads)),
        h("tbody", {}, ...rows),
      ),
    ),
  ];
}

/**
 * @param {string} name
 * @param {string} what
 * @param {string} value
 */
function rowOf(name, what, value) {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, code(name)),
    h("td", {}, what),
    h("td", { class: "long" }, value === "" ? "" : code(value)),
  );
}
