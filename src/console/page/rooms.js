import { find } from "./element.js";

const ROOMS = ["live", "refusals", "policy", "why", "change"];

/**
 * Shows the part of the page that the address names, and tells who wants to know. The rest behind a `/` is for that
 * part: `#policy/shop`.
 *
 * @param {(room: string, rest: string) => void} onEnter
 */
export function openRooms(onEnter) {
  const enter = (/** @type {boolean} */ byReader) => {
    const [asked = "", ...rest] = location.hash.slice(1).split("/");
    const room = ROOMS.includes(asked) ? asked : "live";
    for (const each of ROOMS) find(each).hidden = each !== room;
    for (const link of document.querySelectorAll(".rooms a")) {
      if (link.getAttribute("href") === `#${room}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    const title = find(`${room}-title`);
    document.title = `${title.textContent} · corsd`;
    if (byReader) {
      title.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    onEnter(room, decoded(rest.join("/")));
  };
  addEventListener("hashchange", () => enter(true));
  find("skip").addEventListener("click", (event) => {
    // Not by the address, which names a part of the page.
    event.preventDefault();
    find("main").focus();
  });
  enter(false);
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
