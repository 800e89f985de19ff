import { createHash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { WebSocketServer } from "ws";
import { type Bootstrap, renderConfig } from "../../envoy/render.ts";
import { launchChromium } from "./browser.ts";
import { adminOf } from "./corsd-metrics.ts";
import { type RunningCorsd, startCorsd } from "./corsd-process.ts";
import { type RunningEnvoy, startEnvoy } from "./envoy-process.ts";

const root = join(import.meta.dirname, "..", "..");
const pair = join(root, "test", "server", "tls");

/** What became of a script on a page. */
export type Outcome = {
  /** Of the `response` that the script has; undefined where it has none. */
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly body: string | undefined;
  /** What the script failed with. */
  readonly error: string | undefined;
  /** What stands in the browser's console: errors, and what the script says. */
  readonly console: readonly string[];
};

/**
 * The hosts that pages of the documentation speak of, for a real browser: pages at any name below `example.com` and
 * `example.net`, and an API at `api.example.com` behind a real Envoy and a real corsd. All by https, on loopback.
 */
export type Stage = {
  /** Puts a document in force. */
  readonly setPolicy: (document: string) => Promise<void>;
  /** What the service behind Envoy answers from now on. */
  readonly setService: (listener: RequestListener) => void;
  /** Runs a script on a page of this origin, in a browser that has seen nothing yet. */
  readonly attempt: (script: string, where?: Where) => Promise<Outcome>;
  /** Of Envoy, on 127.0.0.1, with TLS. */
  readonly apiPort: number;
  readonly envoyLog: () => string;
  readonly metrics: () => Promise<string>;
  readonly browser: Browser;
  /** Ends corsd, and leaves all else. */
  readonly stopCorsd: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

export type Where = {
  readonly origin?: string;
  /** In a frame of the page that is sandboxed. */
  readonly sandboxed?: boolean;
};

/** Whoever starts it stops it. */
export async function startStage(executablePath: string): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "corsd-stage-"));
  const policy = join(folder, "policies.yaml");
  await writeFile(policy, "policies: [{name: nobody}]\n");
  const ends: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const service = await startService(ends);
    const pages = await startPages(ends);
    const corsd = await startCorsd({ policy, args: ["--log-refusals", "1000"] });
    ends.push(corsd.stop);
    const envoy = await startEnvoyWithTls(service.port, corsd.socket);
    ends.push(envoy.stop);
    const browser = await launchChromium(executablePath, {
      rules: [
        `MAP api.example.com:443 127.0.0.1:${envoy.port}`,
        `MAP *:80 127.0.0.1:${pages.http}`,
        `MAP *.example.com 127.0.0.1:${pages.https}`,
        `MAP *.example.net 127.0.0.1:${pages.https}`,
      ],
      // As if the certificate were good: pages that a browser merely puts up with are not cached.
      args: [`--ignore-certificate-errors-spki-list=${await keyHash()}`],
    });
    ends.push(() => browser.close());
    return {
      setPolicy: (document) => putInForce(policy, document, corsd),
      setService: service.set,
      attempt: (script, where) => attempt(browser, script, where),
      apiPort: envoy.port,
      envoyLog: envoy.log,
      metrics: async () => (await fetch(`http://${await adminOf(corsd)}/metrics`)).text(),
      browser,
      stopCorsd: corsd.stop,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function keyHash(): Promise<string> {
  const { publicKey } = new X509Certificate(await readFile(join(pair, "first.pem")));
  const key = publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(key).digest("base64");
}

async function startService(
  ends: (() => unknown)[],
): Promise<{ port: number; set: (listener: RequestListener) => void }> {
  let answer: RequestListener = (_, response) => response.end("{}");
  const server = createHttpServer((request, response) => answer(request, response));
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => socket.send("hello"));
  const port = await listening(server);
  ends.push(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
    server.closeAllConnections();
  });
  const set = (listener: RequestListener): void => {
    answer = listener;
  };
  return { port, set };
}

/** The same page for all origins, by https, and by http on port 80. */
async function startPages(ends: (() => unknown)[]): Promise<{ https: number; http: number }> {
  const answer: RequestListener = (_, response) => {
    response.setHeader("content-type", "text/html").end("<!doctype html><title>A page</title>");
  };
  const cert = await readFile(join(pair, "first.pem"));
  const key = await readFile(join(pair, "first.key"));
  const secure = createServer({ cert, key }, answer);
  const plain = createHttpServer(answer);
  ends.push(() => {
    for (const server of [secure, plain]) {
      server.close();
      server.closeAllConnections();
    }
  });
  return { https: await listening(secure), http: await listening(plain) };
}

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** `envoy/full.yaml` as it is shipped, with a certificate, and without group names on its routes. */
async function startEnvoyWithTls(servicePort: number, socket: string): Promise<RunningEnvoy> {
  const file = join(root, "envoy", "full.yaml");
  const config = await renderConfig(file, { servicePort, corsd: { pipe: socket } });
  return startEnvoy({ config: withCertificate(withoutGroupNames(config)), version: "1.40.0" });
}

/** Groups of the pages are matched by host and path. */
function withoutGroupNames(config: Bootstrap): Bootstrap {
  return JSON.parse(JSON.stringify(config), (key, value: unknown) =>
    key === "routes" ? [{ match: { prefix: "/" }, route: { cluster: "service" } }] : value,
  );
}

function withCertificate(config: Bootstrap): object {
  return JSON.parse(JSON.stringify(config), (key, value: unknown) =>
    key === "filter_chains" && Array.isArray(value)
      ? value.map((chain: object) => ({ ...chain, transport_socket: TLS }))
      : value,
  );
}

const TLS = {
  name: "envoy.transport_sockets.tls",
  typed_config: {
    "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
    common_tls_context: {
      tls_certificates: [
        {
          certificate_chain: { filename: join(pair, "first.pem") },
          private_key: { filename: join(pair, "first.key") },
        },
      ],
    },
  },
};

async function putInForce(file: string, document: string, corsd: RunningCorsd): Promise<void> {
  if ((await readFile(file, "utf8")) === document) return;
  const address = `http://${await adminOf(corsd)}/policy`;
  const revision = async (): Promise<unknown> => {
    const inForce: unknown = await (await fetch(address)).json();
    return Reflect.get(Object(inForce), "revision");
  };
  const before = await revision();
  await writeFile(`${file}.new`, document);
  await rename(`${file}.new`, file);
  await expect.poll(revision, { timeout: 10_000 }).not.toBe(before);
}

async function attempt(
  browser: Browser,
  script: string,
  { origin = "https://app.example.com", sandboxed = false }: Where = {},
): Promise<Outcome> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    await page.goto(origin);
    const result = await evaluate(page, script, sandboxed);
    return { ...result, console: said };
  } finally {
    await context.close();
  }
}

type Result = Omit<Outcome, "console">;

async function evaluate(page: Page, script: string, sandboxed: boolean): Promise<Result> {
  const whole = `(async () => {
    try {
      ${script}
      if (typeof response === "undefined") return {};
      return { status: response.status, type: response.type, body: await response.text() };
    } catch (error) {
      return { error: String(error) };
    }
  })()`;
  if (!sandboxed) return (await page.evaluate(whole)) as Result;
  await page.evaluate(() => {
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts");
    frame.srcdoc = "<!doctype html>";
    document.body.append(frame);
  });
  await expect.poll(() => page.frames().length).toBe(2);
  return (await page.frames()[1]?.evaluate(whole)) as Result;
}
