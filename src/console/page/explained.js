import { copyButton } from "./copy-button.js";
import { code, h, lines, prose } from "./element.js";

/**
 * @typedef {{ group: string | null, policy: string | null, kind: string, outcome: string, reason: string | null,
 *   status: number | null, body: string | null, headers: { set: [string, string][], remove: string[], vary: string[] },
 *   steps: string[], shadow: { policy: string | null, outcome: string, reason: string | null, differs: boolean } | null,
 * }} Explanation
 * @typedef {{ kind: "allowed" } | { kind: "impossible", because: string } | { kind: "change", snippet: string,
 *   changes: { file: string, line: number, column: number, text: string }[], grants: string[], cautions: string[] }} Mend
 * @typedef {{ method: string, url: string, explanation: Explanation }} ExplainedRequest
 * @typedef {{ kind: string, claim: string | null, assumptions: string[], requests: ExplainedRequest[] }} Pasted
 * @typedef {Explanation & { mend?: Mend, pasted?: Pasted }} ExplainAnswer
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
  place.replaceChildren(
    h(
      "div",
      { class: `verdict ${answer.outcome}` },
      heading,
      ...(pasted === undefined ? [] : pastedParts(pasted)),
    ),
    ...(mend === undefined ? [] : [mendCard(mend)]),
    ...(pasted?.requests ?? [{ method: "", url: "", explanation: answer }]).map(requestCard),
  );
  heading.focus({ preventScroll: true });
  place.scrollIntoView({ block: "nearest" });
  return title;
}

/** @param {Explanation} explanation */
function titleOf({ outcome, reason, policy }) {
  const by = policy === null ? "" : ` by policy ${policy}`;
  const why = reason === null ? "" : `: ${reason}`;
  return `${outcome.slice(0, 1).toUpperCase()}${outcome.slice(1)}${by}${why}`;
}

/** @param {Pasted} pasted */
function pastedParts({ claim, assumptions }) {
  return [
    ...(claim === null ? [] : [h("p", {}, "What is pasted says: ", h("q", {}, claim))]),
    ...(assumptions.length === 0
      ? []
      : [
          h("p", {}, "Taken to be so, since it does not say:"),
          h("ul", {}, ...assumptions.map((each) => h("li", {}, ...prose(each)))),
        ]),
  ];
}

/** @param {Mend} mend */
function mendCard(mend) {
  switch (mend.kind) {
    case "allowed":
      return h("p", { class: "note" }, "The document needs no change for it.");
    case "impossible":
      return h(
        "p",
        { class: "note" },
        "No change of the document would allow it: ",
        ...prose(mend.because),
      );
    case "change":
      return changeCard(mend);
  }
}

/** @param {Extract<Mend, { kind: "change" }>} mend */
function changeCard({ changes, snippet, grants, cautions }) {
  const places = changes.map(({ file, line, column, text }) =>
    h("li", {}, code(`${file}:${line}:${column}`), " ", ...prose(text)),
  );
  return h(
    "section",
    { class: "card", "aria-label": "The smallest change" },
    h("h3", {}, "The smallest change that would allow it"),
    h("ul", { class: "places" }, ...places),
    h("div", { class: "snippet" }, lines(snippet), copyButton(snippet, "Copy the snippet")),
    ...(cautions.length === 0 ? [] : [listed("Look out", cautions, "cautions")]),
    ...(grants.length === 0 ? [] : [listed("It also admits", grants, "grants")]),
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

/** @param {ExplainedRequest} request */
function requestCard({ method, url, explanation }) {
  const { steps, headers, status, body } = explanation;
  const title =
    url === "" ? [explanation.kind] : [explanation.kind, ": ", code(`${method} ${url}`)];
  /** @type {HTMLElement[]} */
  const parts = [
    h("h3", {}, ...title),
    // Of one request alone it stands above already.
    ...(url === ""
      ? []
      : [h("p", {}, h("span", { class: `badge ${explanation.outcome}` }, titleOf(explanation)))]),
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
  parts.push(...headerTable(headers));
  return h("section", { class: "card", "aria-label": `${explanation.kind} request` }, ...parts);
}

/** @param {Explanation["headers"]} headers */
function headerTable({ set, remove, vary }) {
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
      { class: "scroll", "aria-label": "Headers", tabindex: 0 },
      h(
        "table",
        {},
        h("caption", {}, "Headers of the response"),
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
