import { stringify } from "yaml";
import type { Snapshot } from "../../src/cors/snapshot.ts";
import { Exchange, type Step } from "../../src/extproc/exchange.ts";
import { compileSnapshot } from "../../src/policy/compile.ts";
import { renderProblem } from "../../src/policy/problem.ts";
import { examine } from "../../src/source/examine.ts";
import { mutate } from "../conformance/envoy-model.ts";
import {
  attributes,
  type HeaderMutation,
  headers,
  PROCESS,
  type ProcessingResponse,
  setHeaders,
} from "../server/ext-proc-client.ts";
import { type ServiceResponse, sorted, type View, varyNames } from "./model/client-view.ts";
import type { Line, ModelRequest } from "./model/request.ts";
import type { Shadow, Verdict } from "./model/verdict.ts";
import type { WrittenDocument } from "./model/written.ts";

// The product, asked in the way in which Envoy asks it: the text of a file is read, examined and compiled; requests and
// the service's answers are messages that protobufjs writes, what comes back are bytes that protobufjs reads.

/** A verdict as the product gives it, without the answer, which {@link Seen.view} shows. */
export type Said = Omit<Verdict, "answer">;
export type Seen = { readonly said: Said; readonly view: View };

/** How an operator may write it: JSON, or YAML. */
export type Notation = "json" | "yaml";

/** The errors of a document, as a report shows them; none: it can be used. */
export function errorsOf(document: unknown, notation: Notation): readonly string[] {
  const { problems } = examined(document, notation);
  return problems.filter(({ severity }) => severity === "error").map(renderProblem);
}

/** The running form. Throws where the document has an error. */
export function snapshotOf(document: WrittenDocument, notation: Notation): Snapshot {
  const { loaded, problems } = examined(document, notation);
  if (loaded === undefined) throw new Error(problems.map(renderProblem).join("\n"));
  return compileSnapshot(loaded.resolved, "oracle");
}

function examined(document: unknown, notation: Notation): ReturnType<typeof examine> {
  const text = notation === "json" ? JSON.stringify(document, undefined, 1) : stringify(document);
  const files = [{ file: `policies.${notation}`, bytes: Buffer.from(text) }];
  return examine({ files, problems: [], digest: "oracle" });
}

/** Both messages of an exchange, and what a client makes of the answers. */
export function ask(snapshot: Snapshot, request: ModelRequest, service: ServiceResponse): Seen {
  const { group } = request;
  const exchange = new Exchange(() => snapshot, { group, mode: undefined });
  const first = exchange.receive(requestMessage(request));
  const said = saidIn(first);
  const answer = answerOf(first);
  const { immediate_response: immediate } = answer;
  if (immediate !== undefined) {
    const lines = mutate([], mutationOf(immediate.headers));
    const body = Buffer.from(immediate.body ?? "").toString("latin1");
    return { said, view: { reached: false, status: immediate.status.code, body, ...seen(lines) } };
  }
  const lines = ended(first) ? service.headers : edited(exchange, service);
  return { said, view: { reached: true, status: service.status, body: "", ...seen(lines) } };
}

function edited(exchange: Exchange, { status, headers: lines }: ServiceResponse): readonly Line[] {
  const message = { response_headers: headers([[":status", String(status)], ...lines]) };
  const step = exchange.receive(PROCESS.requestSerialize(message));
  const { response_headers: answer } = answerOf(step);
  return mutate(lines, mutationOf(answer?.response?.header_mutation));
}

function seen(lines: readonly Line[]): Pick<View, "headers" | "vary"> {
  return { headers: sorted(lines.filter(([name]) => name !== "vary")), vary: varyNames(lines) };
}

/** The names of the headers that carry what a request says; Envoy writes them in lower case. */
const FIELDS: readonly (readonly [keyof ModelRequest, string])[] = [
  ["method", ":method"],
  ["path", ":path"],
  ["scheme", ":scheme"],
  ["authority", ":authority"],
  ["origin", "origin"],
  ["requestMethod", "access-control-request-method"],
  ["requestHeaders", "access-control-request-headers"],
  ["requestPrivateNetwork", "access-control-request-private-network"],
  ["upgrade", "upgrade"],
  ["secFetchSite", "sec-fetch-site"],
  ["forwardedProto", "x-forwarded-proto"],
];

function requestMessage(request: ModelRequest): Buffer {
  const lines = FIELDS.flatMap(([field, name]): Line[] => {
    const value = request[field];
    // Only a plain CONNECT has no path, and then the header is not there.
    return value === undefined || (field === "path" && value === "") ? [] : [[name, value]];
  });
  return PROCESS.requestSerialize({
    request_headers: headers(lines),
    attributes: attributes({
      ...(request.route === undefined ? {} : { "xds.route_name": request.route }),
      "request.protocol": request.httpVersion,
    }),
  });
}

function answerOf(step: Step): ProcessingResponse {
  if (step.kind !== "reply") throw new Error(JSON.stringify(step));
  return PROCESS.responseDeserialize(Buffer.from(step.bytes)) as ProcessingResponse;
}

function ended(step: Step): boolean {
  return step.kind === "reply" && step.end;
}

function mutationOf(mutation: HeaderMutation | undefined): Parameters<typeof mutate>[1] {
  return { set: setHeaders(mutation), remove: mutation?.remove_headers ?? [] };
}

function saidIn(step: Step): Said {
  const [event] = step.kind === "reply" ? step.events : [];
  if (event?.kind !== "decided") throw new Error(`no decision: ${JSON.stringify(step)}`);
  const { decision } = event;
  const { group, policy, kind, outcome, reason, shadow } = decision;
  return {
    group: group ?? null,
    policy: policy?.name ?? null,
    kind,
    outcome,
    reason: reason ?? null,
    shadow: shadow === undefined ? null : shadowOf(shadow),
  };
}

function shadowOf(shadow: {
  readonly policy: { readonly name: string } | undefined;
  readonly outcome: Shadow["outcome"];
  readonly reason: Shadow["reason"] | undefined;
  readonly differs: boolean;
}): Shadow {
  const { policy, outcome, reason, differs } = shadow;
  return { policy: policy?.name ?? null, outcome, reason: reason ?? null, differs };
}
