import fc from "fast-check";
import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import type { Header } from "../../src/cors/decision.ts";
import {
  CONTINUE,
  writeImmediate,
  writeMetadata,
  writeResponseEdits,
} from "../../src/extproc/encode.ts";
import { type Envelope, readEnvelope } from "../../src/extproc/envelope.ts";
import { readRequestHeaders, readResponseHeaders } from "../../src/extproc/headers.ts";
import {
  attributes,
  headers,
  metadataStrings,
  PROCESS,
  type ProcessingRequest,
  type ProcessingResponse,
  setHeaders,
} from "../server/ext-proc-client.ts";
import { field, message, optional, repeated, required, text } from "./messages.ts";

// protobufjs, by the files of proto/, is the oracle: what it writes is read here, and the other way round.

const REQUEST_NAMES = [
  ":method",
  ":path",
  ":scheme",
  ":authority",
  "origin",
  "upgrade",
  "sec-fetch-site",
  "x-forwarded-proto",
  "access-control-request-method",
  "access-control-request-headers",
  "access-control-request-private-network",
];
const OTHER_NAMES = [
  ":status",
  "cookie",
  "accept",
  "x-forwarded-for",
  "origi",
  "originn",
  "xrigin",
  "",
];
const RESPONSE_NAMES = [
  "vary",
  "timing-allow-origin",
  "access-control-allow-origin",
  "access-control-x",
];
const NO_RESPONSE_NAMES = ["access-control-", "access-controll-x", "vari", "server", ":status"];

const MEMBERS = [
  "request_headers",
  "response_headers",
  "request_body",
  "response_body",
  "request_trailers",
  "response_trailers",
] as const;

function encoded(request: ProcessingRequest): Uint8Array {
  return PROCESS.requestSerialize(request);
}

function decoded(bytes: Uint8Array): ProcessingResponse {
  return PROCESS.responseDeserialize(Buffer.from(bytes)) as ProcessingResponse;
}

function envelopeOf(bytes: Uint8Array): Envelope {
  const envelope = readEnvelope(bytes);
  expect(envelope).toBeDefined();
  return envelope as Envelope;
}

function requestHeadersOf(request: ProcessingRequest) {
  const bytes = encoded(request);
  return readRequestHeaders(envelopeOf(bytes));
}

const headerMap = (names: readonly string[]) =>
  message(
    repeated(
      field(
        1,
        message(
          optional(field(1, text(fc.constantFrom(...names)))),
          optional(field(2, text(fc.string()))),
          optional(field(3, fc.uint8Array())),
        ),
      ),
    ),
  );

const randomStruct = message(
  repeated(
    field(
      1,
      message(
        optional(
          field(1, text(fc.constantFrom("xds.route_name", "request.protocol", "xds.cluster_name"))),
        ),
        required(field(2, message(optional(field(3, text(fc.string({ unit: "grapheme" }))))))),
      ),
    ),
  ),
);

const randomAttributes = message(
  optional(field(1, text(fc.constantFrom("envoy.filters.http.ext_proc", "another.filter")))),
  required(field(2, randomStruct)),
);

const randomRequest = fc
  .constantFrom(2, 3, 4, 5, 6, 7)
  .chain((member) =>
    message(
      optional(field(9, randomAttributes)),
      optional(
        field(
          member,
          message(
            optional(field(1, headerMap([...REQUEST_NAMES, ...OTHER_NAMES, ...RESPONSE_NAMES]))),
          ),
        ),
      ),
      optional(field(8, fc.constant(new Uint8Array()))),
      fc.constantFrom([Uint8Array.of(0x50, 0)], [Uint8Array.of(0x50, 1)], []),
    ),
  );

type OracleRequest = { readonly [member in (typeof MEMBERS)[number]]?: object } & {
  readonly observability_mode?: boolean;
  readonly attributes?: {
    readonly [filter: string]: { readonly fields?: { readonly [name: string]: OracleValue } };
  };
};

type OracleValue = { readonly stringValue?: string };

type OracleHeader = { readonly key?: string; readonly value?: string; readonly raw_value?: Buffer };

function oracleLines(payload: unknown): [string, string][] {
  const { headers: map } = (payload ?? {}) as { headers?: { headers?: OracleHeader[] } };
  return (map?.headers ?? []).map(({ key = "", value = "", raw_value = Buffer.of() }) => [
    key,
    raw_value.length > 0 ? raw_value.toString("latin1") : Buffer.from(value).toString("latin1"),
  ]);
}

function joined(lines: readonly [string, string][], name: string): string | undefined {
  const values = lines.filter(([key]) => key === name).map(([, value]) => value);
  return values.reduce<string | undefined>(
    (all, value) => (all ? `${all},${value}` : value),
    undefined,
  );
}

describe("readEnvelope", () => {
  test("sees what protobufjs sees in random messages with unknown fields", () => {
    fc.assert(
      fc.property(randomRequest, (bytes) => {
        const oracle = PROCESS.requestDeserialize(Buffer.from(bytes)) as OracleRequest;
        const found = envelopeOf(bytes);
        const filter = oracle.attributes?.["envoy.filters.http.ext_proc"];
        const name = (key: string): string | undefined => filter?.fields?.[key]?.stringValue;
        expect(found.message).toBe(MEMBERS.find((member) => oracle[member] !== undefined));
        expect(found.observed).toBe(oracle.observability_mode === true);
        expect(found.attributes).toEqual(
          filter && { route: name("xds.route_name"), protocol: name("request.protocol") },
        );
      }),
      { numRuns: 500 },
    );
  });

  test.each(MEMBERS)("%s", (member) => {
    expect(envelopeOf(encoded({ [member]: {} }))).toMatchObject({
      message: member,
      attributes: undefined,
      observed: false,
    });
  });

  test("of two members the last counts", () => {
    const bytes = Buffer.concat([
      encoded({ request_headers: headers([[":method", "GET"]]) }),
      encoded({ response_headers: headers([["vary", "Origin"]]) }),
    ]);
    const envelope = envelopeOf(bytes);
    expect(envelope.message).toBe("response_headers");
    expect(readResponseHeaders(envelope, false)).toEqual([["vary", "Origin"]]);
  });

  test("an empty message, and one of a member that is not known, name none", () => {
    expect(envelopeOf(new Uint8Array()).message).toBeUndefined();
    expect(envelopeOf(Buffer.from("0a00", "hex")).message).toBeUndefined();
    expect(envelopeOf(Buffer.from("5a00", "hex")).message).toBeUndefined();
  });

  test("a known field of another wire type is an unknown one", () => {
    expect(envelopeOf(Buffer.from("1001", "hex")).message).toBeUndefined();
    expect(envelopeOf(Buffer.from("520101", "hex")).observed).toBe(false);
  });

  test.each([
    ["no entry", {}, { route: undefined, protocol: undefined }],
    [
      "both",
      { "xds.route_name": "r", "request.protocol": "HTTP/2" },
      { route: "r", protocol: "HTTP/2" },
    ],
    [
      "a name beyond ASCII",
      { "xds.route_name": "b\u00fccher" },
      { route: "b\u00fccher", protocol: undefined },
    ],
    ["another", { "xds.cluster_name": "c" }, { route: undefined, protocol: undefined }],
  ])("attributes: %s", (_, entries, expected) => {
    const bytes = encoded({ request_headers: {} as never, attributes: attributes(entries) });
    expect(envelopeOf(bytes).attributes).toEqual(expected);
  });

  test("attributes of another filter are none", () => {
    const bytes = encoded({ attributes: { "another.filter": { fields: {} } } });
    expect(envelopeOf(bytes).attributes).toBeUndefined();
  });

  test("an attribute that is no string is as if it were missing", () => {
    const fields = { "xds.route_name": { numberValue: 1 } };
    const bytes = encoded({ attributes: { "envoy.filters.http.ext_proc": { fields } } });
    expect(envelopeOf(bytes).attributes).toEqual({ route: undefined, protocol: undefined });
  });

  test.each([
    ["a member longer than the message", "1205"],
    ["a group", "0b"],
    ["field number 0", "0200"],
    ["a tag that is cut", "80"],
    ["an attribute entry that is cut", "4a020a05"],
    ["garbage", "deadbeef"],
  ])("malformed: %s", (_, hex) => {
    expect(readEnvelope(Buffer.from(hex, "hex"))).toBeUndefined();
  });

  test.each([
    ["the struct", "0a05"],
    ["an entry of the struct", "0a020a05"],
    ["a value", entryOf("1a05")],
    ["a text that is no UTF-8", entryOf("1a01ff")],
  ])("malformed: %s of the filter's attributes", (_, struct) => {
    const entry = protobuf.Writer.create()
      .uint32(10)
      .string("envoy.filters.http.ext_proc")
      .uint32(18)
      .bytes(Buffer.from(struct, "hex"))
      .finish();
    const bytes = protobuf.Writer.create().uint32(0x4a).bytes(entry).finish();
    expect(readEnvelope(bytes)).toBeUndefined();
  });
});

/** A Struct with one field, `xds.route_name`, whose Value is these bytes. */
function entryOf(value: string): string {
  const entry = protobuf.Writer.create()
    .uint32(10)
    .string("xds.route_name")
    .uint32(18)
    .bytes(Buffer.from(value, "hex"))
    .finish();
  return Buffer.from(protobuf.Writer.create().uint32(10).bytes(entry).finish()).toString("hex");
}

describe("readRequestHeaders", () => {
  test("sees what protobufjs sees in random messages with unknown fields", () => {
    const request = message(
      optional(
        field(2, message(optional(field(1, headerMap([...REQUEST_NAMES, ...OTHER_NAMES]))))),
      ),
    );
    fc.assert(
      fc.property(request, (bytes) => {
        const oracle = PROCESS.requestDeserialize(Buffer.from(bytes)) as OracleRequest;
        const lines = oracleLines(oracle.request_headers);
        const value = (name: string) => [name, joined(lines, name)];
        expect(readRequestHeaders(envelopeOf(bytes))).toEqual({
          ...Object.fromEntries(REQUEST_NAMES.map(value)),
          ":method": joined(lines, ":method") ?? "",
          ":path": joined(lines, ":path") ?? "",
        });
      }),
      { numRuns: 500 },
    );
  });

  test.each(REQUEST_NAMES)("reads %s and nothing else from one line", (name) => {
    const found = requestHeadersOf({ request_headers: headers([[name, "x"]]) });
    expect(Object.entries(found ?? {}).filter(([, value]) => value)).toEqual([[name, "x"]]);
  });

  test.each<[string, [string, string][], string | undefined]>([
    ["no line", [], undefined],
    ["an empty line", [["origin", ""]], ""],
    [
      "two lines",
      [
        ["origin", "https://a.example"],
        ["origin", "https://b.example"],
      ],
      "https://a.example,https://b.example",
    ],
    [
      "an empty one first",
      [
        ["origin", ""],
        ["origin", "https://a.example"],
      ],
      "https://a.example",
    ],
    [
      "an empty one last",
      [
        ["origin", "https://a.example"],
        ["origin", ""],
      ],
      "https://a.example,",
    ],
    [
      "bytes beyond ASCII",
      [["origin", "https://b\u00fccher.example\t"]],
      "https://b\u00fccher.example\t",
    ],
    ["another case", [["Origin", "https://a.example"]], undefined],
    ["a name of the same length", [["0rigin", "https://a.example"]], undefined],
    ["a name longer than any that is read", [["origin".repeat(20), "x"]], undefined],
  ])("origin: %s", (_, lines, origin) => {
    expect(requestHeadersOf({ request_headers: headers(lines) })?.origin).toBe(origin);
  });

  test("takes `value` where `raw_value` is empty, else not", () => {
    const lines = [
      { key: ":method", value: "GET" },
      { key: ":path", value: "/value", raw_value: Buffer.from("/raw") },
    ];
    const found = requestHeadersOf({ request_headers: { headers: { headers: lines } } });
    expect(found).toMatchObject({ ":method": "GET", ":path": "/raw" });
  });

  test.each([
    ["the map", "1202" + "0a05"],
    ["a header", "1204" + "0a020a05"],
    ["a value", "1206" + "0a040a020a05"],
    ["a group in the map", "1203" + "0a010b"],
    ["a field of the payload", "1201" + "80"],
  ])("malformed: %s", (_, hex) => {
    const bytes = Buffer.from(hex, "hex");
    expect(readRequestHeaders(envelopeOf(bytes))).toBeUndefined();
  });
});

describe("readResponseHeaders", () => {
  test("sees what protobufjs sees in random messages with unknown fields", () => {
    const response = message(
      optional(
        field(3, message(optional(field(1, headerMap([...RESPONSE_NAMES, ...NO_RESPONSE_NAMES]))))),
      ),
    );
    fc.assert(
      fc.property(response, fc.boolean(), (bytes, names) => {
        const oracle = PROCESS.requestDeserialize(Buffer.from(bytes)) as OracleRequest;
        const expected = oracleLines(oracle.response_headers).flatMap(([key, value]) => {
          if (RESPONSE_NAMES.includes(key)) return [[key, value]];
          return names ? [[key, ""]] : [];
        });
        expect(readResponseHeaders(envelopeOf(bytes), names)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test("malformed", () => {
    const bytes = Buffer.from("1a020a05", "hex");
    expect(readResponseHeaders(envelopeOf(bytes), true)).toBeUndefined();
  });
});

test("no bytes whatsoever make a reader throw", () => {
  const mutated = fc
    .tuple(randomRequest, fc.array(fc.tuple(fc.nat(), fc.nat(255))), fc.nat())
    .map(([bytes, changes, cut]) => {
      const copy = Uint8Array.from(bytes);
      for (const [at, value] of changes) copy[at % (copy.length + 1)] = value;
      return copy.subarray(0, copy.length - (cut % (copy.length + 1)));
    });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), mutated), (bytes) => {
      const envelope = readEnvelope(bytes) ?? { ...NOWHERE, bytes, end: bytes.length };
      expect(() => readRequestHeaders(envelope)).not.toThrow();
      expect(() => readResponseHeaders(envelope, true)).not.toThrow();
    }),
    { numRuns: 1000 },
  );
});

const NOWHERE: Envelope = {
  message: undefined,
  attributes: undefined,
  observed: false,
  bytes: Buffer.of(),
  start: 0,
  end: 0,
};

const header: fc.Arbitrary<Header> = fc.tuple(
  fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 300 }),
  fc.string({ unit: "binary-ascii", maxLength: 20_000 }),
);

describe("answers, as protobufjs reads them", () => {
  test.each(MEMBERS)("%s: CONTINUE", (member) => {
    expect(decoded(CONTINUE[member])).toEqual({ [member]: {} });
  });

  test("an immediate response", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 599 }),
        fc.array(header),
        fc.option(fc.string({ unit: "binary-ascii", maxLength: 300 }), { nil: undefined }),
        fc.string({ unit: "binary-ascii", minLength: 1 }),
        (status, lines, body, details) => {
          const found = decoded(writeImmediate({ status, headers: lines, body, details }));
          const answer = found.immediate_response;
          expect(Object.keys(found)).toEqual(["immediate_response"]);
          expect(answer?.status).toEqual({ code: status });
          expect(setHeaders(answer?.headers)).toEqual(lines);
          expect((answer?.body ?? "").toString()).toBe(body ?? "");
          expect(answer?.details).toBe(details);
        },
      ),
    );
  });

  test("edits of a response", () => {
    fc.assert(
      fc.property(
        fc.array(header, { minLength: 1 }),
        fc.array(fc.string({ unit: "binary-ascii", minLength: 1 })),
        (set, remove) => {
          const found = decoded(writeResponseEdits({ set, remove }));
          const mutation = found.response_headers?.response?.header_mutation;
          expect(Object.keys(found)).toEqual(["response_headers"]);
          expect(setHeaders(mutation)).toEqual(set);
          expect(mutation?.remove_headers ?? []).toEqual(remove);
        },
      ),
    );
  });

  test("a header is set by its raw value alone and without `append`", () => {
    const found = decoded(writeResponseEdits({ set: [["vary", "Origin"]], remove: [] }));
    expect(found.response_headers?.response?.header_mutation).toEqual({
      set_headers: [{ header: { key: "vary", raw_value: Buffer.from("Origin") } }],
    });
  });

  test("only removals", () => {
    const found = decoded(writeResponseEdits({ set: [], remove: ["a", "b"] }));
    expect(found).toEqual({
      response_headers: { response: { header_mutation: { remove_headers: ["a", "b"] } } },
    });
  });

  test("nothing to edit, nothing to tell", () => {
    expect(writeResponseEdits({ set: [], remove: [] })).toBe(CONTINUE.response_headers);
    expect(writeMetadata("cors", [])).toBe(CONTINUE.request_headers);
  });

  test("dynamic metadata", () => {
    fc.assert(
      fc.property(fc.array(header, { minLength: 1 }), (entries) => {
        const found = decoded(writeMetadata("cors", entries));
        expect(found.request_headers).toEqual({});
        expect(metadataStrings(found, "cors")).toEqual(Object.fromEntries(entries));
      }),
    );
  });
});
