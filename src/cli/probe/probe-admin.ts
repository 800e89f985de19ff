import { get, type IncomingMessage } from "node:http";
import { get as getSecurely } from "node:https";
import { err, ok, type Result } from "../../cors/result.ts";
import type { TcpAddress } from "../../server/listen.ts";
import type { ClientTls } from "./grpc-client.ts";

/** Longest line that is shown, in characters. */
const MAX_LINE = 200;

const TOO_LATE = "readiness: no answer in time";

/** Asks an admin listener whether the server is ready. `tls` undefined: in plaintext. */
export function probeAdmin(
  { host, port }: TcpAddress,
  tls: ClientTls | undefined,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Result<void, string>> {
  return new Promise((resolve) => {
    const asked = { host, port, path: "/readyz", agent: false, signal } as const;
    const take = (response: IncomingMessage): void => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (piece: string) => {
        text = (text + piece).slice(0, MAX_LINE);
      });
      response.on("error", () => {});
      response.on("close", () => {
        if (!response.complete) {
          resolve(err(signal.aborted ? TOO_LATE : "readiness: the answer was cut off"));
          return;
        }
        const line = text.split("\n")[0] ?? "";
        if (response.statusCode === 200) {
          say(`readiness: ${line}`);
          resolve(ok(undefined));
        } else {
          resolve(err(`readiness: HTTP status ${response.statusCode}: ${line}`));
        }
      });
    };
    const request =
      tls === undefined
        ? get(asked, take)
        : getSecurely({ ...asked, ca: tls.ca, ...tls.pair }, take);
    request.on("error", (error) => {
      resolve(err(signal.aborted ? TOO_LATE : `readiness: ${error.message}`));
    });
  });
}
