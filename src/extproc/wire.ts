import { LENGTH, tagOf, VARINT } from "./protobuf.ts";

// The one file that knows the field numbers of envoy.service.ext_proc.v3; proto/ says the same in protobuf's words.

/** The members of `ProcessingRequest.request`, in the order of their numbers. */
export const MEMBERS = [
  "request_headers",
  "response_headers",
  "request_body",
  "response_body",
  "request_trailers",
  "response_trailers",
] as const;

/** Which message Envoy sent, by its field in `ProcessingRequest`. */
export type MessageName = (typeof MEMBERS)[number];

/** The number of the first of {@link MEMBERS}; the others follow it. */
export const FIRST_MEMBER = 2;

export const FILTER = "envoy.filters.http.ext_proc";
export const ROUTE_NAME = "xds.route_name";
export const PROTOCOL = "request.protocol";

type Tags<Field extends string> = { readonly [field in Field]: number };

/** The tags of these fields of one message. */
export const PROCESSING_REQUEST: Tags<"attributes" | "observabilityMode"> = {
  attributes: tagOf(9, LENGTH),
  observabilityMode: tagOf(10, VARINT),
};

export const HTTP_HEADERS: Tags<"headers"> = { headers: tagOf(1, LENGTH) };

export const HEADER_MAP: Tags<"headers"> = { headers: tagOf(1, LENGTH) };

export const HEADER_VALUE: Tags<"key" | "value" | "rawValue"> = {
  key: tagOf(1, LENGTH),
  value: tagOf(2, LENGTH),
  rawValue: tagOf(3, LENGTH),
};

/** A map is a list of these (protobuf.dev/programming-guides/proto3#backwards). */
export const MAP_ENTRY: Tags<"key" | "value"> = { key: tagOf(1, LENGTH), value: tagOf(2, LENGTH) };

/** google.protobuf.Struct and Value. */
export const STRUCT: Tags<"fields"> = { fields: tagOf(1, LENGTH) };

export const VALUE: Tags<"string" | "struct"> = {
  string: tagOf(3, LENGTH),
  struct: tagOf(5, LENGTH),
};

/** The member of ProcessingResponse that answers a message. */
export const ANSWER: Tags<MessageName> = {
  request_headers: tagOf(1, LENGTH),
  response_headers: tagOf(2, LENGTH),
  request_body: tagOf(3, LENGTH),
  response_body: tagOf(4, LENGTH),
  request_trailers: tagOf(5, LENGTH),
  response_trailers: tagOf(6, LENGTH),
};

export const PROCESSING_RESPONSE: Tags<"immediateResponse" | "dynamicMetadata"> = {
  immediateResponse: tagOf(7, LENGTH),
  dynamicMetadata: tagOf(8, LENGTH),
};

export const HEADERS_RESPONSE: Tags<"response"> = { response: tagOf(1, LENGTH) };

export const COMMON_RESPONSE: Tags<"headerMutation"> = { headerMutation: tagOf(2, LENGTH) };

export const HEADER_MUTATION: Tags<"setHeaders" | "removeHeaders"> = {
  setHeaders: tagOf(1, LENGTH),
  removeHeaders: tagOf(2, LENGTH),
};

export const HEADER_VALUE_OPTION: Tags<"header"> = { header: tagOf(1, LENGTH) };

export const IMMEDIATE_RESPONSE: Tags<"status" | "headers" | "body" | "details"> = {
  status: tagOf(1, LENGTH),
  headers: tagOf(2, LENGTH),
  body: tagOf(3, LENGTH),
  details: tagOf(5, LENGTH),
};

export const HTTP_STATUS: Tags<"code"> = { code: tagOf(1, VARINT) };
