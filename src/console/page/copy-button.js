import { h } from "./element.js";

/** Milliseconds that a button says that it has copied. */
const THANKS = 2000;

/**
 * Copies a text, and says so.
 *
 * @param {string} text
 * @param {string} label
 */
export function copyButton(text, label) {
  const words = h("span", { role: "status" }, label);
  const button = h("button", { type: "button", class: "quiet" }, words);
  button.addEventListener("click", async () => {
    words.textContent = (await copied(text)) ? "Copied" : "Select it, and copy it by hand";
    setTimeout(() => {
      words.textContent = label;
    }, THANKS);
  });
  return button;
}

/**
 * Browsers have no clipboard for pages that came over plaintext from elsewhere than loopback.
 *
 * @param {string} text
 */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
