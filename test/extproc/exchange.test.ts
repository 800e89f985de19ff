import { describe, expect, test } from "vitest";
import type { Policy } from "../../src/cors/policy.ts";
import type { Snapshot } from "../../src/cors/snapshot.ts";
import { CONTINUE } from "../../src/extproc/encode.ts";
import { type Deployment, Exchange, type Step } from "../../src/extproc/exchange.ts";
import { APP, governedBy, group, policy, snapshot } from "../cors/sample.ts";
import {
  attributes,
  headers,
  metadataStrings,
  PROCESS,
  type ProcessingRequest,
  type ProcessingResponse,
  setHeaders,
  type TestHeader,
} from "../server/ext-proc-client.ts";

const FULL: Deployment = { group: undefined, mode: undefined };
const REQUEST_ONLY: Deployment = { group: undefined, mode: "request-only" };

function governed(over: Partial<Policy> = {}): Snapshot {
  return governedBy(group([policy(over)]));
}

const UNGOVERNED = snapshot(() => ({ by: "match", received: undefined, decoded: undefined }));

function exchange(under: Snapshot, deployment: Deployment = FULL): Exchange {
  return new Exchange(() => under, deployment);
}

function send(to: Exchange, request: ProcessingRequest): Step {
  return to.receive(PROCESS.requestSerialize(request));
}

/** A message with request headers: a plain GET, these lines in addition or in place. */
function request(...lines: TestHeader[]): ProcessingRequest {
  const plain: TestHeader[] = [
    [":method", "GET"],
    [":path", "/orders"],
    [":scheme", "https"],
    [":authority", "api.example.com"],
  ];
  const kept = plain.filter(([name]) => !lines.some(([given]) => given === name));
  return { request_headers: headers([...kept, ...lines]) };
}

const ACTUAL = request(["origin", APP]);
const PREFLIGHT = request(
  [":method", "OPTIONS"],
  ["origin", APP],
  ["access-control-request-method", "POST"],
  ["access-control-request-headers", "content-type"],
);
const FOREIGN = request(["origin", "https://evil.example"]);

type Reply = { readonly answer: ProcessingResponse; readonly end: boolean };

function replyOf(step: Step): Reply {
  expect(step.kind).toBe("reply");
  const { bytes, end } = step as Extract<Step, { kind: "reply" }>;
  return { answer: PROCESS.responseDeserialize(Buffer.from(bytes)) as ProcessingResponse, end };
}

function kinds(step: Step): string[] {
  return step.events.map(({ kind }) => kind);
}

describe("the first message", () => {
  test("passed: an empty CONTINUE, and the end of the stream", () => {
    const step = send(exchange(UNGOVERNED), ACTUAL);
    expect(step).toMatchObject({ kind: "reply", bytes: CONTINUE.request_headers, end: true });
    expect(step.events).toMatchObject([
      { kind: "decided", decision: { outcome: "passed" }, origin: APP, applied: true },
    ]);
  });

  test("refused: an immediate response, the reason in its details", () => {
    const step = send(exchange(governed()), FOREIGN);
    const { answer, end } = replyOf(step);
    expect(answer).toMatchObject({
      immediate_response: {
        status: { code: 403 },
        body: Buffer.from("Specified Origin is not allowed"),
        details: "corsd_origin-not-allowed",
      },
    });
    expect(setHeaders(answer.immediate_response?.headers)).toEqual(
      expect.arrayContaining([
        ["vary", "Origin"],
        ["cache-control", "no-store"],
      ]),
    );
    expect(end).toBe(true);
    expect(step.events).toMatchObject([
      { kind: "decided", decision: { outcome: "refused" }, origin: "https://evil.example" },
    ]);
  });

  test.each([
    ["full", FULL],
    ["request-only", REQUEST_ONLY],
  ])("preflight granted, %s: an immediate response without metadata", (_, deployment) => {
    const { answer, end } = replyOf(send(exchange(governed(), deployment), PREFLIGHT));
    expect(Object.keys(answer)).toEqual(["immediate_response"]);
    expect(answer.immediate_response).toMatchObject({
      status: { code: 200 },
      details: "corsd_preflight",
    });
    expect(setHeaders(answer.immediate_response?.headers)).toContainEqual([
      "access-control-allow-origin",
      APP,
    ]);
    expect(end).toBe(true);
  });

  test("granted, full: an empty CONTINUE, and the response is awaited", () => {
    const step = send(exchange(governed()), ACTUAL);
    expect(step).toMatchObject({ kind: "reply", bytes: CONTINUE.request_headers, end: false });
  });

  test("granted, request-only: metadata, and the end of the stream", () => {
    const step = send(exchange(governed(), REQUEST_ONLY), ACTUAL);
    const { answer, end } = replyOf(step);
    expect(answer.request_headers).toEqual({});
    expect(metadataStrings(answer, "cors")).toEqual({ allow_origin: APP, vary: "Origin" });
    expect(end).toBe(true);
    expect(kinds(step)).toEqual(["decided"]);
  });

  test("granted, request-only, with exposed names that cannot be known: counted", () => {
    const credentialed = governed({
      access: { kind: "credentialed", origins: [APP] },
      exposed: { kind: "any" },
    });
    const step = send(exchange(credentialed, REQUEST_ONLY), ACTUAL);
    expect(metadataStrings(replyOf(step).answer, "cors")).toEqual({
      allow_origin: APP,
      allow_credentials: "true",
      vary: "Origin",
    });
    expect(kinds(step)).toEqual(["decided", "unlisted-exposure"]);
  });

  test("an empty mode is the full set-up", () => {
    const step = send(exchange(governed(), { group: undefined, mode: "" }), ACTUAL);
    expect(step).toMatchObject({ kind: "reply", end: false });
  });

  test("the snapshot is taken once, with the first message", () => {
    let taken = 0;
    const under = new Exchange(() => {
      taken += 1;
      return governed();
    }, FULL);
    expect(taken).toBe(0);
    send(under, ACTUAL);
    send(under, { response_headers: headers([]) });
    expect(taken).toBe(1);
  });

  test("everything that a decision looks at arrives where it belongs", () => {
    const seen: object[] = [];
    const spy = snapshot((found) => {
      seen.push(found);
      return { by: "match", received: undefined, decoded: undefined };
    });
    const lines: TestHeader[] = [
      [":method", "OPTIONS"],
      [":path", "/p?q"],
      [":scheme", "http"],
      [":authority", "h:1"],
      ["origin", "o"],
      ["access-control-request-method", "m"],
      ["access-control-request-headers", "h"],
      ["access-control-request-private-network", "n"],
      ["upgrade", "u"],
      ["sec-fetch-site", "s"],
      ["x-forwarded-proto", "f"],
    ];
    send(exchange(spy, { group: "g", mode: undefined }), {
      request_headers: headers(lines),
      attributes: attributes({ "xds.route_name": "r", "request.protocol": "HTTP/2" }),
    });
    expect(seen).toEqual([
      {
        method: "OPTIONS",
        path: "/p?q",
        scheme: "http",
        authority: "h:1",
        origin: "o",
        requestMethod: "m",
        requestHeaders: "h",
        requestPrivateNetwork: "n",
        upgrade: "u",
        secFetchSite: "s",
        forwardedProto: "f",
        group: "g",
        route: "r",
        httpVersion: "HTTP/2",
      },
    ]);
  });
});

describe("the response", () => {
  function decorated(under: Snapshot, lines: readonly TestHeader[]) {
    const one = exchange(under);
    send(one, ACTUAL);
    const step = send(one, { response_headers: headers(lines) });
    const { answer, end } = replyOf(step);
    expect(Object.keys(answer)).toEqual(["response_headers"]);
    expect([end, step.events]).toEqual([true, []]);
    const mutation = answer.response_headers?.response?.header_mutation;
    return { set: setHeaders(mutation), remove: mutation?.remove_headers ?? [] };
  }

  test("the service's headers are replaced, and Vary is merged", () => {
    const lines: TestHeader[] = [
      [":status", "200"],
      ["access-control-allow-origin", "*"],
      ["access-control-max-age", "5"],
      ["vary", "accept-encoding"],
    ];
    expect(decorated(governed(), lines)).toEqual({
      set: [
        ["access-control-allow-origin", APP],
        ["vary", "accept-encoding, Origin"],
      ],
      remove: ["access-control-max-age"],
    });
  });

  test("its names are listed where they are exposed by name", () => {
    const credentialed = governed({
      access: { kind: "credentialed", origins: [APP] },
      exposed: { kind: "any" },
    });
    const { set } = decorated(credentialed, [
      [":status", "200"],
      ["x-total", "3"],
      ["set-cookie", "secret"],
    ]);
    expect(set).toContainEqual(["access-control-expose-headers", "x-total"]);
  });

  test("without an Origin, a group that varies by it still says so", () => {
    const one = exchange(governed());
    send(one, request());
    const { answer } = replyOf(send(one, { response_headers: headers([]) }));
    expect(setHeaders(answer.response_headers?.response?.header_mutation)).toEqual([
      ["vary", "Origin"],
    ]);
  });

  test("as the first message, where no request is known: an empty CONTINUE and the end", () => {
    const step = send(exchange(governed()), { response_headers: headers([[":status", "401"]]) });
    expect(step).toEqual({
      kind: "reply",
      bytes: CONTINUE.response_headers,
      end: true,
      events: [],
    });
  });

  test("a second one is out of order", () => {
    const one = exchange(governed());
    send(one, ACTUAL);
    send(one, { response_headers: headers([]) });
    expect(send(one, { response_headers: headers([]) })).toMatchObject({
      kind: "failure",
      code: "INVALID_ARGUMENT",
      events: [{ kind: "unexpected", message: "response_headers" }],
    });
  });
});

describe("observability mode wants no answer", () => {
  const observed = (message: ProcessingRequest): ProcessingRequest => ({
    ...message,
    observability_mode: true,
  });

  test("a request is decided and nothing is applied", () => {
    const one = exchange(governed());
    const step = send(one, observed(FOREIGN));
    expect(step).toMatchObject({
      kind: "silence",
      events: [{ kind: "decided", decision: { outcome: "refused" }, applied: false }],
    });
    expect(send(one, observed({ response_headers: headers([]) }))).toEqual({
      kind: "silence",
      events: [],
    });
  });

  test("a body is counted", () => {
    expect(send(exchange(governed()), observed({ request_body: { body: Buffer.of() } }))).toEqual({
      kind: "silence",
      events: [{ kind: "unexpected", message: "request_body" }],
    });
  });
});

describe("bodies and trailers are tolerated", () => {
  test.each(["request_body", "response_body", "request_trailers", "response_trailers"] as const)(
    "%s",
    (message) => {
      const one = exchange(governed());
      send(one, ACTUAL);
      expect(send(one, { [message]: {} })).toEqual({
        kind: "reply",
        bytes: CONTINUE[message],
        end: false,
        events: [{ kind: "unexpected", message }],
      });
      expect(send(one, { response_headers: headers([]) })).toMatchObject({ end: true });
    },
  );
});

describe("a peer that does not speak the protocol: INVALID_ARGUMENT", () => {
  test.each([
    ["an empty message", "", "empty"],
    ["a member that is not known", "5a00", "empty"],
    ["garbage", "deadbeef", "malformed"],
    ["request headers that are cut", "1202" + "0a05", "malformed"],
  ])("%s", (_, hex, message) => {
    expect(exchange(governed()).receive(Buffer.from(hex, "hex"))).toMatchObject({
      kind: "failure",
      code: "INVALID_ARGUMENT",
      events: [{ kind: "unexpected", message }],
    });
  });

  test("response headers that are cut", () => {
    const one = exchange(governed());
    send(one, ACTUAL);
    expect(one.receive(Buffer.from("1a020a05", "hex"))).toMatchObject({
      code: "INVALID_ARGUMENT",
      events: [{ kind: "unexpected", message: "malformed" }],
    });
  });

  test("a second request", () => {
    const one = exchange(governed());
    send(one, ACTUAL);
    expect(send(one, ACTUAL)).toMatchObject({
      code: "INVALID_ARGUMENT",
      events: [{ kind: "unexpected", message: "request_headers" }],
    });
  });
});

describe("a deployment that does not tell what is needed: INTERNAL", () => {
  const needing = (route: boolean, httpVersion: boolean): Snapshot => ({
    ...UNGOVERNED,
    needs: { route, httpVersion },
  });
  const withAttributes = (entries: { readonly [name: string]: string }): ProcessingRequest => ({
    ...ACTUAL,
    attributes: attributes(entries),
  });
  const headersOnly = (...lines: TestHeader[]): ProcessingRequest => ({
    request_headers: headers(lines),
  });

  test.each<[string, Snapshot, Deployment, ProcessingRequest, string]>([
    ["no method", UNGOVERNED, FULL, headersOnly([":path", "/"]), ":method"],
    ["no path", UNGOVERNED, FULL, headersOnly([":method", "GET"]), ":path"],
    ["no headers", UNGOVERNED, FULL, headersOnly(), ":method"],
    ["no attributes for routes", needing(true, false), FULL, ACTUAL, "xds.route_name"],
    ["no attributes for versions", needing(false, true), FULL, ACTUAL, "request.protocol"],
    [
      "no version among the attributes",
      needing(true, true),
      FULL,
      withAttributes({ "xds.route_name": "r" }),
      "request.protocol",
    ],
    [
      "a mode that is not known",
      UNGOVERNED,
      { group: undefined, mode: "request_only" },
      ACTUAL,
      "x-corsd-mode",
    ],
  ])("%s", (_, under, deployment, message, attribute) => {
    const step = send(exchange(under, deployment), message);
    expect(step).toMatchObject({
      kind: "failure",
      code: "INTERNAL",
      message: expect.stringContaining(attribute),
      events: [{ kind: "missing", attribute }],
    });
  });

  test.each<[string, Snapshot, ProcessingRequest]>([
    ["a plain CONNECT has no path", UNGOVERNED, headersOnly([":method", "CONNECT"])],
    ["attributes are not needed", needing(false, false), ACTUAL],
    ["no route matched", needing(true, false), withAttributes({})],
    ["all is told", needing(true, true), withAttributes({ "request.protocol": "HTTP/1.1" })],
  ])("but not where %s", (_, under, message) => {
    expect(send(exchange(under), message)).toMatchObject({ kind: "reply", end: true });
  });

  test("a route without a name is no route", () => {
    const routes: (string | undefined)[] = [];
    const spy = snapshot(({ route }) => {
      routes.push(route);
      return { by: "match", received: undefined, decoded: undefined };
    });
    send(exchange(spy), withAttributes({ "xds.route_name": "" }));
    expect(routes).toEqual([undefined]);
  });
});

test("a group that the deployment names and nobody knows is refused", () => {
  const unknown = snapshot(() => ({ by: "unknown-name" }));
  const { answer } = replyOf(send(exchange(unknown, { group: "typo", mode: undefined }), ACTUAL));
  expect(answer.immediate_response).toMatchObject({
    status: { code: 500 },
    details: "corsd_unknown-group",
  });
});
