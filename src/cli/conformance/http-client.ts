import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Answer, Probe } from "../../conformance/case.ts";
import type { Header } from "../../cors/decision.ts";
import { err, ok, type Result } from "../../cors/result.ts";
import { splitTarget, type Target } from "../../explain/target.ts";

/** How a gateway is reached. */
export type Gateway = {
  readonly url: string;
  readonly target: Target;
  /** Authorities, PEM; undefined: those of the system. */
  readonly ca: string | undefined;
  /** True: any certificate will do. */
  readonly insecure: boolean;
  /** Milliseconds for each answer. */
  readonly timeout: number;
};

/** Where a URL leads; the error is a phrase for people. */
export function readGatewayUrl(url: string): Result<Target, string> {
  const target = splitTarget(url);
  if (!target.ok) return err(`\`${url}\`: ${target.error}`);
  const { authority } = target.value;
  const isWhole = /^https?:/i.test(url) && authority !== undefined && URL.canParse(url);
  if (!isWhole) return err(`\`${url}\`: write \`https://api.example.com/path\``);
  return authority.includes("@") ? err(`\`${url}\`: leave the user out`) : target;
}

/**
 * Sends one request over a connection of its own, with just these lines beside Host, and reads the head of the answer.
 * Redirects are not followed. The error says why no answer came.
 */
export function ask(gateway: Gateway, { method, headers }: Probe): Promise<Result<Answer, string>> {
  const { url, target, ca, insecure, timeout } = gateway;
  const { protocol, hostname, port } = new URL(url);
  const secure = protocol === "https:";
  const lines: readonly Header[] = [
    ["host", target.authority ?? ""],
    ...headers,
    ["user-agent", "corsd-conformance"],
    ["accept", "*/*"],
    ["connection", "close"],
  ];
  return new Promise((resolve) => {
    const asked = (secure ? requestHttps : requestHttp)(
      {
        method,
        host: hostname.replace(/^\[|\]$/g, ""),
        port: port === "" ? (secure ? 443 : 80) : Number(port),
        path: target.path,
        // As lines: a name may stand twice, and no value is joined or left out.
        headers: lines.flat(),
        agent: false,
        signal: AbortSignal.timeout(timeout),
        ...(ca === undefined ? {} : { ca }),
        ...(insecure ? { rejectUnauthorized: false } : {}),
      },
      (answer) => {
        resolve(ok(headOf(answer)));
        // The body says nothing of CORS.
        answer.destroy();
      },
    );
    // Answers that hand the connection over (101, and 200 to CONNECT) are heads too.
    for (const event of ["upgrade", "connect"] as const) {
      asked.on(event, (answer, socket) => {
        resolve(ok(headOf(answer)));
        socket.destroy();
      });
    }
    asked.on("error", (error) => resolve(err(reasonOf(error, timeout))));
    asked.end();
  });
}

function headOf({ statusCode: status = 0, rawHeaders }: IncomingMessage): Answer {
  return { status, headers: linesOf(rawHeaders) };
}

function linesOf(raw: readonly string[]): readonly Header[] {
  return raw.flatMap((name, at): readonly Header[] =>
    at % 2 === 0 ? [[name.toLowerCase(), raw[at + 1] ?? ""]] : [],
  );
}

function reasonOf(error: Error, timeout: number): string {
  return error.name === "TimeoutError" || error.name === "AbortError"
    ? `no answer in ${timeout} ms`
    : error.message;
}
