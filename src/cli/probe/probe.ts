import { readFile } from "node:fs/promises";
import { err, ok, type Result } from "../../cors/result.ts";
import { readHealthResponse, SERVING, writeHealthRequest } from "../../server/grpc/health.ts";
import { type ListenAddress, parseListen } from "../../server/listen.ts";
import { parseDuration } from "../../server/settings.ts";
import { EXIT } from "../exit-code.ts";
import type { Output } from "../output.ts";
import {
  type ClientTls,
  type GrpcSession,
  type GrpcTarget,
  openGrpc,
  type Reply,
} from "./grpc-client.ts";
import { readProbeAnswer, writeProbe } from "./preflight-exchange.ts";
import { probeAdmin } from "./probe-admin.ts";

export type ProbeFlags = {
  readonly timeout: string;
  readonly service: string;
  readonly admin?: boolean;
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
};

/** `corsd probe`: asks a running server as Envoy would, or its admin listener as an orchestrator would. */
export async function probeCommand(
  address: string,
  flags: ProbeFlags,
  output: Output,
): Promise<number> {
  const usage = readUsage(address, flags);
  if (!usage.ok) {
    output.err(`error: ${usage.error}\n`);
    return EXIT.usage;
  }
  const say = (line: string): void => output.out(`${line}\n`);
  const probed = await probe(usage.value, flags, say);
  if (probed.ok) return EXIT.fine;
  output.err(`error: ${probed.error}\n`);
  return EXIT.failed;
}

type Usage = {
  readonly at: ListenAddress;
  /** Milliseconds. */
  readonly timeout: number;
  readonly service: string;
  readonly isAdmin: boolean;
};

function readUsage(address: string, flags: ProbeFlags): Result<Usage, string> {
  const at = parseListen(address);
  if (!at.ok) return at;
  const isAdmin = flags.admin === true;
  if (isAdmin && at.value.kind === "unix") return err("--admin takes `HOST:PORT`");
  const timeout = parseDuration(flags.timeout);
  if (!timeout.ok) return err(`--timeout: ${timeout.error}`);
  if (timeout.value === 0) return err("--timeout: in no time nobody answers");
  const { tlsCa, tlsCert, tlsKey } = flags;
  const isPair = (tlsCert === undefined) === (tlsKey === undefined);
  if (!isPair || (tlsCa === undefined && tlsCert !== undefined)) {
    return err("--tls-cert and --tls-key are needed together, and --tls-ca with them");
  }
  return ok({ at: at.value, timeout: timeout.value, service: flags.service, isAdmin });
}

async function probe(
  { at, timeout, service, isAdmin }: Usage,
  flags: ProbeFlags,
  say: (line: string) => void,
): Promise<Result<void, string>> {
  const tls = await readTls(flags);
  if (!tls.ok) return tls;
  const signal = AbortSignal.timeout(timeout);
  return isAdmin && at.kind === "tcp"
    ? probeAdmin(at, tls.value, signal, say)
    : probeGrpc({ address: at, tls: tls.value }, service, signal, say);
}

async function probeGrpc(
  target: GrpcTarget,
  service: string,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Result<void, string>> {
  const session = openGrpc(target, signal);
  try {
    const healthy = await checkHealth(session, service, say);
    return healthy.ok ? await exchange(session, say) : healthy;
  } finally {
    session.close();
  }
}

async function readTls({
  tlsCa,
  tlsCert,
  tlsKey,
}: ProbeFlags): Promise<Result<ClientTls | undefined, string>> {
  if (tlsCa === undefined) return ok(undefined);
  try {
    const ca = await readFile(tlsCa);
    if (tlsCert === undefined || tlsKey === undefined) return ok({ ca, pair: undefined });
    return ok({ ca, pair: { cert: await readFile(tlsCert), key: await readFile(tlsKey) } });
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
}

const STATUSES = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

async function checkHealth(
  session: GrpcSession,
  service: string,
  say: (line: string) => void,
): Promise<Result<void, string>> {
  const reply = await session.call("/grpc.health.v1.Health/Check", writeHealthRequest(service));
  const message = onlyMessage("health", reply);
  if (!message.ok) return message;
  const status = readHealthResponse(message.value);
  if (status === undefined) return err("health: the answer is malformed");
  const name = STATUSES[status] ?? String(status);
  if (status !== SERVING) return err(`health: ${name}`);
  say(`health: ${name}`);
  return ok(undefined);
}

/** What is decided does not matter: that there is an answer shows that exchanges work. */
async function exchange(
  session: GrpcSession,
  say: (line: string) => void,
): Promise<Result<void, string>> {
  const path = "/envoy.service.ext_proc.v3.ExternalProcessor/Process";
  const message = onlyMessage("preflight", await session.call(path, writeProbe()));
  if (!message.ok) return message;
  const answer = readProbeAnswer(message.value);
  if (answer === undefined) return err("preflight: the answer is malformed");
  say(`preflight: ${answer}`);
  return ok(undefined);
}

function onlyMessage(what: string, reply: Result<Reply, string>): Result<Uint8Array, string> {
  if (!reply.ok) return err(`${what}: ${reply.error}`);
  const { status, text, messages } = reply.value;
  if (status !== 0) return err(`${what}: gRPC status ${status} ${text}`.trimEnd());
  const [message] = messages;
  return message === undefined ? err(`${what}: there was no answer`) : ok(message);
}
