import { expect, test } from "vitest";
import { type Request, requestKind } from "../../src/cors/request.ts";
import { APP, request } from "./sample.ts";

test.each<[string, Partial<Request>]>([
  ["no-origin", {}],
  ["no-origin", { method: "OPTIONS", requestMethod: "GET" }],
  ["no-origin", { upgrade: "websocket" }],
  ["preflight", { origin: APP, method: "OPTIONS", requestMethod: "GET" }],
  ["preflight", { origin: APP, method: "OPTIONS", requestMethod: "", upgrade: "websocket" }],
  ["actual", { origin: APP, method: "OPTIONS" }],
  ["actual", { origin: APP, method: "options", requestMethod: "GET" }],
  ["actual", { origin: APP, requestMethod: "GET" }],
  ["websocket", { origin: APP, upgrade: "WebSocket" }],
  ["actual", { origin: APP, upgrade: "h2c" }],
])("%s: %j", (kind, over) => expect(requestKind(request(over))).toBe(kind));
