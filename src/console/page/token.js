import { find, say } from "./element.js";

/** Where the tab keeps it: gone with the tab, and no other tab sees it. */
const KEY = "corsd-token";

/** As a header can hold it (RFC 9110 section 5.5): fetch would throw for others. */
const TOKEN = /^[\x21-\x7e]+$/;

/** @type {Promise<void> | undefined} */
let asking;

/**
 * The header that opens the server's routes; none where no token is known.
 *
 * @returns {Record<string, string>}
 */
export function tokenHeader() {
  const token = sessionStorage.getItem(KEY);
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

/**
 * Resolves once there is another token than the one that was refused. Who asks meanwhile waits for the same one.
 *
 * @param {Record<string, string>} refused
 */
export async function askForToken(refused) {
  if (refused.authorization !== tokenHeader().authorization) return;
  asking ??= ask(refused.authorization !== undefined).finally(() => {
    asking = undefined;
  });
  await asking;
}

/**
 * @param {boolean} again
 * @returns {Promise<void>}
 */
function ask(again) {
  /** @type {HTMLDialogElement} */
  const dialog = find("token");
  /** @type {HTMLInputElement} */
  const input = find("token-text");
  const fault = find("token-fault");
  input.value = "";
  say(fault, again ? "That is not the token." : "");
  const done = new AbortController();
  const { signal } = done;
  return new Promise((resolve) => {
    /** @param {Event} event */
    const take = (event) => {
      event.preventDefault();
      const token = input.value.trim();
      if (!TOKEN.test(token)) {
        say(fault, "A token has visible ASCII characters alone.");
        return;
      }
      sessionStorage.setItem(KEY, token);
      done.abort();
      dialog.close();
      resolve();
    };
    find("token-form").addEventListener("submit", take, { signal });
    // Without a token there is nothing to see behind it.
    dialog.addEventListener("cancel", (event) => event.preventDefault(), { signal });
    if (!dialog.open) dialog.showModal();
  });
}
