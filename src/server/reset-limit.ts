import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { err, ok, type Result } from "../cors/result.ts";

/**
 * How many stream resets a peer may send on one connection before it is cut. Node.js allows 1000 and 33 more per
 * second (CVE-2023-44487). Envoy ends each side stream with RST_STREAM, so under that limit no Envoy works: corsd
 * lifts it. `limited`: that many at once, and that many more per second.
 */
export type ResetLimit =
  | { readonly kind: "lifted" }
  | { readonly kind: "limited"; readonly perSecond: number };

/** The largest value that Node.js carries to nghttp2: 4 billion resets at once and in every second. */
const UNREACHABLE = 0xffff_ffff;

/** Resets sent to prove the lift: more than the burst of 1000 that a server allows by itself. */
const PROOF_RESETS = 1200;
/** A server that has not answered by then is taken for one that failed, in milliseconds. */
const PROOF_TIMEOUT = 5000;

/** Options of `node:http2` servers; public since Node.js 22.10. */
export type ResetOptions = { readonly streamResetBurst: number; readonly streamResetRate: number };

export function resetOptions(limit: ResetLimit): ResetOptions {
  const value = limit.kind === "lifted" ? UNREACHABLE : limit.perSecond;
  return { streamResetBurst: value, streamResetRate: value };
}

/** Resets more streams on one connection to `authority` than a server allows by itself; an error if it is cut. */
export async function proveLifted(authority: string): Promise<Result<void, string>> {
  const session = connect(authority);
  try {
    return await resetMany(session, PROOF_RESETS);
  } finally {
    session.destroy();
  }
}

/** Opens and resets streams, then asks on one more for a sign of life. */
function resetMany(session: ClientHttp2Session, count: number): Promise<Result<void, string>> {
  return new Promise((resolve) => {
    const cut = (): void =>
      resolve(err(`the HTTP/2 connection was cut after at most ${count} stream resets`));
    session.setTimeout(PROOF_TIMEOUT, cut);
    session.once("error", cut);
    session.once("goaway", cut);
    session.once("close", cut);
    let open = count;
    const closed = (): void => {
      open -= 1;
      // Not a ping: that would overtake the resets.
      if (open === 0 && !session.closed && !session.destroyed) {
        request(session).once("response", () => resolve(ok(undefined)));
      }
    };
    session.once("remoteSettings", () => {
      for (let sent = 0; sent < count; sent += 1) {
        request(session).once("close", closed).close(constants.NGHTTP2_CANCEL);
      }
    });
  });
}

/** A request for a method that no server has: answered at once where somebody lives. */
function request(session: ClientHttp2Session): ClientHttp2Stream {
  const stream = session.request({
    [constants.HTTP2_HEADER_METHOD]: constants.HTTP2_METHOD_POST,
    [constants.HTTP2_HEADER_PATH]: "/corsd.Proof/Reset",
    [constants.HTTP2_HEADER_CONTENT_TYPE]: "application/grpc",
  });
  // The outcome is read from the connection.
  return stream.on("error", () => {});
}
