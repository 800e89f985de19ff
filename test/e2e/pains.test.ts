import { execFile } from "node:child_process";
import type { RequestListener } from "node:http";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { painPage, readPainPages } from "../pain-page.ts";
import { findChromium } from "./browser.ts";
import { type Stage, startStage, type Where } from "./example-stage.ts";

// The pages of docs/pains, tried: the script and the broken document of a page make a real Chromium, before a real Envoy
// and a real corsd, print the message that the page has; with the mended document of the page the script works.

const chromium = await findChromium();

const fine: RequestListener = (_, response) => response.end("{}");

/** A service that sends CORS headers of its own. */
function sending(headers: Readonly<Record<string, string | string[]>>): RequestListener {
  return (_, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.end("{}");
  };
}

/** A service that answers preflights in its own way. */
function answeringOptions(
  status: number,
  headers: Readonly<Record<string, string>>,
): RequestListener {
  return (request, response) => {
    if (request.method === "OPTIONS") response.writeHead(status, headers);
    response.end("{}");
  };
}

/** As services do that send the header only to those who say who they are. */
const photo: RequestListener = ({ headers }, response) => {
  response.setHeader("content-type", "image/svg+xml").setHeader("cache-control", "max-age=600");
  if (headers.origin !== undefined) {
    response.setHeader("access-control-allow-origin", headers.origin);
  }
  response.end("<svg xmlns='http://www.w3.org/2000/svg'/>");
};

const session: RequestListener = ({ method, headers }, response) => {
  if (method === "POST") response.setHeader("set-cookie", "session=1; Path=/; Secure; HttpOnly");
  response.end(`signed in: ${headers.cookie === undefined ? "no" : "yes"}`);
};

type Case = {
  readonly service?: RequestListener;
  readonly where?: Where;
  /** What the script reads after the mend; left out: 200. */
  readonly status?: number;
};

/** A script with XMLHttpRequest that reads a header. */
function ask(more: string): string {
  return `const asking = new XMLHttpRequest();
    asking.open("GET", "https://api.example.com/orders");
    ${more}
    await new Promise((done) => { asking.onloadend = done; asking.send(); });
    asking.getResponseHeader("x-total-count");`;
}

/** Pages whose script fails before the mend. */
const FAILING: Readonly<Record<string, Case>> = {
  "no-allow-origin": {},
  "preflight-no-allow-origin": {},
  "origin-mismatch": {
    service: sending({ "access-control-allow-origin": "https://www.example.com" }),
  },
  "multiple-origins": {
    service: sending({ "access-control-allow-origin": ["https://app.example.com", "*"] }),
  },
  "wildcard-with-credentials": {},
  "credentials-flag": {},
  "preflight-status": { service: answeringOptions(405, {}) },
  "preflight-redirect": {
    service: answeringOptions(302, { location: "https://api.example.com/sign-in" }),
  },
  "method-not-allowed": {},
  "header-not-allowed": {},
  "options-405": {},
  "null-origin": { where: { sandboxed: true } },
  "scheme-or-port": { where: { origin: "http://app.example.com" } },
  authorization: {
    service: sending({
      "access-control-allow-origin": "https://app.example.com",
      "access-control-allow-credentials": "true",
      "access-control-allow-headers": "*",
    }),
  },
  "error-answers": { service: (_, response) => response.destroy(), status: 503 },
  "works-with-curl": {},
  "works-first": { service: photo },
  refusals: {},
};

/** Pages whose script goes through and says something else than it should. */
const SAYING: Readonly<Record<string, Case>> = {
  "no-cors": {},
  "unreadable-headers": { service: sending({ "x-total-count": "42" }) },
  "cookies-not-sent": { service: session },
};

/** Pages with a test of their own below. */
const OWN: readonly string[] = ["repeated-preflights", "websocket-403"];

/** What this machine's browser cannot be made to show: there is one network only. */
const UNTRIED: readonly string[] = ["private-network"];

test("every page is tried, or named as one that is not", () => {
  const tried = [...Object.keys(FAILING), ...Object.keys(SAYING), ...OWN, ...UNTRIED];
  expect(readPainPages().map(({ name }) => name)).toEqual(tried.toSorted());
});

describe.skipIf(chromium === undefined)("in Chromium", () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage(chromium ?? "");
  });

  afterAll(() => stage?.stop());

  describe.each(Object.entries(FAILING))("%s", (name, { service = fine, where, status = 200 }) => {
    const page = painPage(name);

    test.each(page.broken.map((document, at) => [page.messages[at] ?? "", document]))(
      "prints %s",
      async (message, document) => {
        await stage.setPolicy(document);
        stage.setService(service);
        const outcome = await stage.attempt(page.script, where);
        expect(outcome.error).toBe("TypeError: Failed to fetch");
        expect(outcome.console.join("\n")).toContain(message);
        expect(message).not.toBe("");
      },
    );

    const reasons = page.text.match(/(?<=`corsd_)(?:[a-z]+-)+[a-z]+(?=`)/g) ?? [];

    test.each(reasons)("leaves %s in Envoy's log and in the metrics", async (reason) => {
      await expect.poll(stage.envoyLog).toContain(`"details":"corsd_${reason}"`);
      const [labels = "none"] = /kind="[^}]*(?=})/.exec(page.text) ?? [];
      expect(labels).toContain(`reason="${reason}"`);
      expect(await stage.metrics()).toContain(labels);
    });

    test("works with the mended document", async () => {
      await stage.setPolicy(page.mended);
      const { error, status: read } = await stage.attempt(page.mendedScript, where);
      expect({ error, status: read }).toEqual({ error: undefined, status });
    });
  });

  test.each(Object.entries(SAYING))(
    "%s: the script says what the page has",
    async (name, { service = fine }) => {
      const page = painPage(name);
      const [before = "", after = ""] = page.said;
      stage.setService(service);
      await stage.setPolicy(page.broken[0] ?? "");
      expect((await stage.attempt(page.script)).console).toEqual([before]);
      await stage.setPolicy(page.mended);
      expect((await stage.attempt(page.mendedScript)).console).toEqual([after]);
    },
  );

  test("websocket-403", async () => {
    const page = painPage("websocket-403");
    await stage.setPolicy(page.broken[0] ?? "");
    const refused = await stage.attempt(page.script);
    expect(refused.error).toBe("Error: no connection");
    expect(refused.console).toEqual(page.messages);
    await stage.setPolicy(page.mended);
    expect((await stage.attempt(page.script)).console).toEqual(page.said);
  });

  test("repeated-preflights: two without maxAge, one with it", async () => {
    const page = painPage("repeated-preflights");
    const preflights = async (): Promise<number> => {
      const series = (await stage.metrics()).matchAll(
        /^corsd_decisions_total\{[^}]*kind="preflight"[^}]*\} ([0-9]+)$/gm,
      );
      return [...series].reduce((sum, [, count]) => sum + Number(count), 0);
    };
    const sent = async (document: string): Promise<number> => {
      await stage.setPolicy(document);
      const before = await preflights();
      expect((await stage.attempt(page.script)).status).toBe(200);
      return (await preflights()) - before;
    };
    expect(await sent(page.broken[0] ?? "")).toBe(2);
    expect(await sent(page.mended)).toBe(1);
  });

  test("works-with-curl: with an Origin curl is refused too", async () => {
    const page = painPage("works-with-curl");
    await stage.setPolicy(page.broken[0] ?? "");
    const [script = ""] = page.blocks.filter(({ info }) => info === "sh").map(({ text }) => text);
    const [answer = ""] = page.blocks
      .filter(({ info }) => info === "text curl")
      .map(({ text }) => text);
    const curl = async (command: string): Promise<string> => {
      const more = `curl --insecure --http1.1 -sS --connect-to api.example.com:443:127.0.0.1:${stage.apiPort}`;
      const { stdout } = await promisify(execFile)("sh", ["-c", command.replace("curl", more)]);
      return stdout.replaceAll("\r", "");
    };
    expect(await curl(script)).toContain(answer);
    expect(await curl("curl -i https://api.example.com/orders")).toContain("HTTP/1.1 200 OK");
  });

  test("unreadable-headers: so XMLHttpRequest is told", async () => {
    const page = painPage("unreadable-headers");
    await stage.setPolicy(page.broken[0] ?? "");
    stage.setService(sending({ "x-total-count": "42" }));
    const { console: said } = await stage.attempt(ask(""));
    expect(said.join("\n")).toContain(page.messages[0]);
  });

  test("wildcard-with-credentials: so XMLHttpRequest is told", async () => {
    const page = painPage("wildcard-with-credentials");
    const [, addition = ""] = /Chromium adds: `([^`]+)`/.exec(page.text) ?? [];
    await stage.setPolicy(page.broken[0] ?? "");
    const { console: said } = await stage.attempt(ask("asking.withCredentials = true;"));
    expect(said.join("\n")).toContain(addition.replaceAll("\n", " "));
  });

  // Last: nothing is decided afterwards.
  test("error-answers: without corsd the browser says the same, and Envoy's log says why", async () => {
    const page = painPage("error-answers");
    await stage.setPolicy(page.mended);
    stage.setService(fine);
    await stage.stopCorsd();
    const outcome = await stage.attempt(page.script);
    expect(outcome.console.join("\n")).toContain(page.messages[0]);
    const last = (): string => stage.envoyLog().trim().split("\n").at(-1) ?? "";
    await expect.poll(last).toMatch(/"details":"[^"]*ext_proc/);
  });
});
