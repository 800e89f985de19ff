import { find } from "./element.js";

/** Milliseconds between two questions. */
export const EVERY = 2000;

/**
 * Asks again and again, one question at a time, while the page is seen and nobody has paused it.
 *
 * @param {() => Promise<void>} ask
 * @returns {() => void} asks at once, whether paused or not
 */
export function poll(ask) {
  const pause = find("pause");
  let isPaused = false;
  let isAsking = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let next;
  const now = async () => {
    clearTimeout(next);
    if (isAsking) return;
    isAsking = true;
    try {
      await ask();
    } finally {
      // Even after a bug of ours: the next answer may be one that can be shown.
      isAsking = false;
      clearTimeout(next);
      if (!(isPaused || document.hidden)) next = setTimeout(now, EVERY);
    }
  };
  const resume = () => {
    if (isPaused || document.hidden) clearTimeout(next);
    else void now();
  };
  document.addEventListener("visibilitychange", resume);
  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.setAttribute("aria-pressed", String(isPaused));
    resume();
  });
  void now();
  return () => void now();
}
