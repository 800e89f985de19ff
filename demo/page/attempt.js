/**
 * One try of one scenario: what a script of this page could see.
 *
 * @typedef {{outcome: "read" | "withheld", saw: Record<string, unknown>}} Result
 * @typedef {import("./scenarios.js").Scenario} Scenario
 */

/** How long a stream may take to say something, in milliseconds. */
const patience = 5_000;

/** Events that are awaited before the stream counts as read. */
const enoughEvents = 2;

/**
 * @param {Scenario} scenario
 * @param {string} url
 * @returns {Promise<Result>}
 */
export async function attempt(scenario, url) {
  try {
    return { outcome: "read", saw: await ways[scenario.how](url, scenario.init ?? {}) };
  } catch (error) {
    // All that a script learns of a refusal: Fetch returns a network error without details.
    return { outcome: "withheld", saw: { error: String(error) } };
  }
}

/** @type {Record<Scenario["how"], (url: string, init: RequestInit) => Promise<Record<string, unknown>>>} */
const ways = {
  fetch: async (url, init) => {
    const response = await fetch(url, init);
    return { status: response.status, body: (await response.text()).trim() };
  },
  headers: async (url) => {
    const { headers } = await fetch(url);
    return {
      "x-total-count": headers.get("x-total-count"),
      "x-request-cost": headers.get("x-request-cost"),
    };
  },
  twice: async (url, init) => {
    const first = await (await fetch(url, init)).json();
    const second = await (await fetch(url, init)).json();
    return { first: first.visits, second: second.visits };
  },
  events: (url) =>
    inTime((resolve, reject) => {
      const source = new EventSource(url);
      /** @type {string[]} */
      const events = [];
      source.onmessage = ({ data }) => {
        events.push(data);
        if (events.length === enoughEvents) resolve({ events });
      };
      source.onerror = () => reject(new Error("EventSource: error"));
      return () => source.close();
    }),
  socket: (url) =>
    inTime((resolve, reject) => {
      const socket = new WebSocket(url.replace(/^http/, "ws"));
      socket.onopen = () => socket.send("hello");
      socket.onmessage = ({ data }) => resolve({ message: data });
      socket.onerror = () => reject(new Error("WebSocket: error"));
      return () => socket.close();
    }),
  frame: async (url) => {
    const result = await inTime((resolve) => {
      const frame = document.createElement("iframe");
      frame.sandbox.add("allow-scripts");
      frame.hidden = true;
      frame.src = `/sandbox.html?url=${encodeURIComponent(url)}`;
      /** @param {MessageEvent} message */
      const take = (message) => {
        if (message.source === frame.contentWindow) resolve(message.data);
      };
      addEventListener("message", take);
      document.body.append(frame);
      return () => {
        removeEventListener("message", take);
        frame.remove();
      };
    });
    if (result.outcome === "withheld") throw result.saw.error;
    return result.saw;
  },
};

/**
 * @param {(resolve: (value: any) => void, reject: (error: Error) => void) => () => void} start returns what ends it
 * @returns {Promise<any>}
 */
async function inTime(start) {
  let end = () => {};
  let timer = 0;
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new Error("nothing came in time")), patience);
      end = start(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    end();
  }
}
