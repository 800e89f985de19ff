import type { Asking, Seen } from "./scenario.ts";

export type Task = { readonly url: string; readonly asks: readonly Asking[] };

/** What a page saw of one task, and how long all of it took in milliseconds. */
export type Attempted = { readonly seen: readonly Seen[]; readonly tookMs: number };

/** Runs in the page, and may use nothing from outside. Tasks run beside each other, the asks of one after another. */
export async function attempt(tasks: readonly Task[]): Promise<readonly Attempted[]> {
  const BESIDE = 12;
  const PATIENCE_MS = 20_000;
  performance.setResourceTimingBufferSize(100_000);

  /** An entry is made when the whole answer is there, which may be after the script was told. */
  const timingOf = async (url: string): Promise<boolean> => {
    const deadline = performance.now() + PATIENCE_MS;
    while (performance.now() < deadline) {
      const [entry] = performance.getEntriesByName(url) as PerformanceResourceTiming[];
      if (entry !== undefined) return entry.requestStart > 0;
      await new Promise((wake) => setTimeout(wake, 10));
    }
    throw new Error(`no resource timing of ${url}`);
  };

  const byFetch = async (
    url: string,
    ask: Asking & { via: "fetch" },
    isAlone: boolean,
  ): Promise<Seen> => {
    const { method, headers, mode, credentials, redirect } = ask;
    const body = /^(get|head)$/i.test(method) ? null : new Blob(["x"]);
    const init = { method, mode, credentials, redirect, body };
    try {
      const response = await fetch(url, { ...init, headers: headers.map(([n, v]) => [n, v]) });
      await response.text();
      const { type, status } = response;
      const isShown = isAlone && (type === "basic" || type === "cors");
      const names = [...response.headers.keys()].sort();
      return { type, status, names, timing: isShown ? await timingOf(url) : null };
    } catch {
      return "error";
    }
  };

  const byXhr = (url: string, ask: Asking & { via: "xhr" }): Promise<Seen> =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open(ask.method, url);
      request.withCredentials = ask.withCredentials;
      if (ask.upload) request.upload.addEventListener("progress", () => undefined);
      for (const [name, value] of ask.headers) request.setRequestHeader(name, value);
      request.onerror = () => resolve("error");
      request.onload = () => {
        const lines = request.getAllResponseHeaders().split("\r\n");
        const names = lines.map((line) => line.split(":")[0] ?? "").filter((name) => name !== "");
        resolve({ type: "xhr", status: request.status, names: names.sort(), timing: null });
      };
      request.send(/^(get|head)$/i.test(ask.method) ? null : new Blob(["x"]));
    });

  const byEvents = (url: string, withCredentials: boolean): Promise<Seen> =>
    new Promise((resolve) => {
      const events = new EventSource(url, { withCredentials });
      const end = (seen: Seen): void => {
        events.close();
        resolve(seen);
      };
      events.onopen = () => end("loaded");
      events.onerror = () => end("error");
    });

  const byElement = (url: string, via: "script" | "img", crossorigin: string): Promise<Seen> =>
    new Promise((resolve) => {
      const element = document.createElement(via);
      element.crossOrigin = crossorigin;
      element.onload = () => resolve("loaded");
      element.onerror = () => resolve("error");
      element.src = url;
      document.documentElement.append(element);
    });

  const bySocket = (url: string): Promise<Seen> =>
    new Promise((resolve) => {
      const socket = new WebSocket(url.replace("http:", "ws:"));
      socket.onopen = () => {
        socket.close();
        resolve("loaded");
      };
      socket.onerror = () => resolve("error");
    });

  const ask = (url: string, asking: Asking, isAlone: boolean): Promise<Seen> => {
    switch (asking.via) {
      case "fetch":
        return byFetch(url, asking, isAlone);
      case "xhr":
        return byXhr(url, asking);
      case "events":
        return byEvents(url, asking.withCredentials);
      case "script":
      case "img":
        return byElement(url, asking.via, asking.crossorigin);
      case "websocket":
        return bySocket(url);
    }
  };

  const results: Attempted[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < tasks.length; index = next++) {
      const task = tasks[index];
      if (task === undefined) return;
      const start = performance.now();
      const seen: Seen[] = [];
      for (const asking of task.asks)
        seen.push(await ask(task.url, asking, task.asks.length === 1));
      results[index] = { seen, tookMs: performance.now() - start };
    }
  };
  await Promise.all(Array.from({ length: BESIDE }, work));
  return results;
}
