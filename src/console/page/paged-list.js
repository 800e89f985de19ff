import { h } from "./element.js";
import { number } from "./format.js";

/** Items that are made at once: a page of 2,000 would keep the browser for seconds. */
const PAGE = 50;

/**
 * A list that shows its first items and makes more when it is asked to.
 *
 * @template Item
 * @param {Item[]} items
 * @param {(item: Item) => HTMLElement} render
 * @param {string} none what to say where there is nothing
 * @returns {HTMLElement}
 */
export function pagedList(items, render, none) {
  if (items.length === 0) return h("p", { class: "empty" }, none);
  const list = h("ul", { class: "plain" });
  const more = h("button", { type: "button", class: "quiet" });
  const frame = h("div", {}, list, more);
  let shown = 0;
  const show = () => {
    const made = items.slice(shown, shown + PAGE).map((item) => h("li", {}, render(item)));
    list.append(...made);
    shown += made.length;
    const left = items.length - shown;
    if (left === 0) more.remove();
    else more.textContent = `Show ${Math.min(PAGE, left)} more (${number(left)} left)`;
    return made[0];
  };
  more.addEventListener("click", () => {
    const first = show();
    first?.querySelector("summary")?.focus();
  });
  show();
  return frame;
}
