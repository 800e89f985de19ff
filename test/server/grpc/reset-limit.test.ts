import { once } from "node:events";
import { type ClientHttp2Session, connect, constants } from "node:http2";
import { promisify } from "node:util";
import { Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import { describe, expect, onTestFinished, test } from "vitest";
import { CONTINUE } from "../../../src/extproc/encode.ts";
import { ResetBudget, type ResetLimit } from "../../../src/server/grpc/reset-limit.ts";
import { APP, governedBy, group, policy } from "../../cors/sample.ts";
import { headers, PROCESS } from "../ext-proc-client.ts";
import { startForTest } from "../running.ts";

// Envoy resets every stream. A server that limits resets cuts such a peer off after a thousand or so (CVE-2023-44487).

const GOVERNED = governedBy(group([policy()]));
const LIFTED: ResetLimit = { kind: "lifted" };

const MESSAGE = PROCESS.requestSerialize({
  request_headers: headers([
    [":method", "GET"],
    [":path", "/"],
    ["origin", APP],
  ]),
});
const FRAME = Buffer.concat([Buffer.of(0), lengthOf(MESSAGE), MESSAGE]);

function lengthOf(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return length;
}

/** One exchange as Envoy ends it: the answer is read, then the stream is reset. */
function exchangeAndReset(session: ClientHttp2Session): Promise<"answered" | "lost"> {
  return new Promise((resolve) => {
    const stream = session.request({
      ":method": "POST",
      ":path": PROCESS.path,
      "content-type": "application/grpc",
      te: "trailers",
    });
    let answered = false;
    stream.on("error", () => {});
    stream.on("close", () => resolve(answered ? "answered" : "lost"));
    stream.once("data", () => {
      answered = true;
      stream.close(constants.NGHTTP2_CANCEL);
    });
    stream.write(FRAME);
  });
}

/** Exchanges on one connection, a hundred at a time; how many were answered. */
async function answeredOf(count: number, target: string): Promise<number> {
  const session = connect(`http://${target}`);
  session.on("error", () => {});
  await once(session, "remoteSettings");
  let answered = 0;
  for (let sent = 0; sent < count && !session.closed; sent += 100) {
    const batch = Array.from({ length: 100 }, () => exchangeAndReset(session));
    answered += (await Promise.all(batch)).filter((outcome) => outcome === "answered").length;
  }
  session.destroy();
  return answered;
}

const asIs = (bytes: Buffer): Buffer => bytes;

/** A grpc-js server with nothing done to it. */
async function stockServer(): Promise<string> {
  const server = new Server();
  const method = { requestDeserialize: asIs, responseSerialize: asIs, requestSerialize: asIs };
  const stream = { path: PROCESS.path, requestStream: true, responseStream: true };
  server.addService(
    { Process: { ...method, ...stream, responseDeserialize: asIs } },
    {
      Process: (call: ServerDuplexStream<Buffer, Buffer>) => {
        call.on("data", () => call.write(Buffer.from(CONTINUE.request_headers)));
      },
    },
  );
  onTestFinished(() => server.forceShutdown());
  const bind = promisify(server.bindAsync.bind(server));
  return `127.0.0.1:${await bind("127.0.0.1:0", ServerCredentials.createInsecure())}`;
}

describe("5000 streams that are reset on one connection", () => {
  test("are all answered", async () => {
    const { target, recorder } = await startForTest(() => GOVERNED, { resetLimit: LIFTED });
    expect(await answeredOf(5000, target)).toBe(5000);
    expect(recorder.bugs).toBe(0);
  }, 30_000);

  test("are not by a server that limits resets as Node.js does by itself", async () => {
    expect(await answeredOf(5000, await stockServer())).toBeLessThan(5000);
  }, 30_000);

  test("are not where a limit was asked for", async () => {
    const { target } = await startForTest(() => GOVERNED, {
      resetLimit: { kind: "limited", perSecond: 100 },
    });
    expect(await answeredOf(5000, target)).toBeLessThan(5000);
  }, 30_000);
});

describe("ResetBudget", () => {
  test("without a limit is never spent", () => {
    const budget = new ResetBudget(LIFTED, () => 0);
    for (let spent = 0; spent < 100_000; spent += 1) expect(budget.spend()).toBe(true);
  });

  test("lets a second's worth go at once, and as much again in each second", () => {
    let now = 5000;
    const budget = new ResetBudget({ kind: "limited", perSecond: 10 }, () => now);
    const spendable = (): number => {
      let count = 0;
      while (budget.spend()) count += 1;
      return count;
    };
    expect(spendable()).toBe(10);
    now += 500;
    expect(spendable()).toBe(5);
    now += 60_000;
    expect(spendable()).toBe(10);
  });
});
