import { find, h, say } from "./element.js";
import { showExplained } from "./explained.js";
import { Failure, post } from "./server.js";

/** @typedef {import("./server.js").Refusal} Refusal */

/** Prepares the forms that ask for an explanation. */
export function openWhy() {
  const paste = () => ({
    paste: textOf("paste"),
    origin: textOf("paste-origin").trim() || null,
    group: textOf("paste-group").trim() || null,
  });
  for (const [id, read] of /** @type {const} */ ([
    ["paste-form", paste],
    ["describe-form", described],
  ])) {
    const form = find(id);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void explain(form, read());
    });
  }
  return {
    /**
     * Fills the form with what is known of a refused request, and explains it.
     *
     * @param {Refusal} refusal
     */
    fill(refusal) {
      const { method, path, origin, group, header, kind, httpVersion } = refusal;
      const isPreflight = kind === "preflight";
      setValue("why-method", isPreflight ? "OPTIONS" : (method ?? "GET"));
      setValue("why-url", path ?? "/");
      const headers = [
        ...(origin === null ? [] : [`Origin: ${origin}`]),
        ...(isPreflight ? [`Access-Control-Request-Method: ${method ?? ""}`] : []),
        ...(header === null ? [] : [`Access-Control-Request-Headers: ${header}`]),
        ...(kind === "websocket" ? ["Connection: Upgrade", "Upgrade: websocket"] : []),
      ];
      setValue("why-headers", headers.join("\n"));
      setValue("why-version", httpVersion ?? "");
      setValue("why-route", "");
      setValue("why-group", group ?? "");
      void explain(find("describe-form"), described());
    },
  };
}

function described() {
  return {
    method: textOf("why-method").trim(),
    url: textOf("why-url").trim(),
    headers: textOf("why-headers").split("\n").filter(hasText).map(headerOf),
    httpVersion: textOf("why-version") || null,
    route: textOf("why-route").trim() || null,
    group: textOf("why-group").trim() || null,
  };
}

/** @param {string} line */
function hasText(line) {
  return line.trim() !== "";
}

/**
 * @param {string} line
 * @returns {[name: string, value: string]}
 */
function headerOf(line) {
  const colon = line.indexOf(":");
  return colon < 0
    ? [line.trim(), ""]
    : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}

/**
 * @param {HTMLElement} form
 * @param {object} question
 */
async function explain(form, question) {
  const said = find("why-said");
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await post("explain", "application/json", JSON.stringify(question));
    const title = showExplained(find("why-answer"), answer);
    say(said, title);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    find("why-answer").replaceChildren(h("p", { class: "fault" }, error.message));
    say(said, error.message);
  }
  form.removeAttribute("aria-busy");
}

/** @param {string} id */
function textOf(id) {
  return /** @type {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} */ (find(id)).value;
}

/**
 * @param {string} id
 * @param {string} value
 */
function setValue(id, value) {
  /** @type {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} */ (find(id)).value =
    value;
}
