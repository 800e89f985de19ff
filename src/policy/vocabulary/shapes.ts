import { MAX_METHOD_LENGTH } from "../../cors/check.ts";
import { PRESETS } from "../document.ts";
import { choice, type Shape } from "./field.ts";
import {
  MAX_HEADER_NAME_LENGTH,
  MAX_NAME_LENGTH,
  MAX_PATTERN_LENGTH,
  NAME_PATTERN,
} from "./limits.ts";

export const FLAG: Shape = { kind: "flag" };
export const NAME: Shape = { kind: "text", maxLength: MAX_NAME_LENGTH, pattern: NAME_PATTERN };
export const METHOD: Shape = { kind: "text", maxLength: MAX_METHOD_LENGTH };
export const HEADER: Shape = { kind: "text", maxLength: MAX_HEADER_NAME_LENGTH };
export const ORIGINS: Shape = {
  kind: "list",
  star: true,
  item: { kind: "text", maxLength: MAX_PATTERN_LENGTH + 1 },
};
export const PRESET: Shape = choice(PRESETS, {
  strict: "Refuse early, and tell nobody more than needed.",
  webmethods: "The CORS policy of webMethods API Gateway; `allowMethods` has to be written.",
  "api-groups": "Policies attached to API groups in an order; `httpVersions` has to be written.",
  gravitee: "CORS of Gravitee API Management: refusals are 400, actual requests go to the service.",
  fetch: "The browser standard: say whom one admits, and leave the rest to the browser.",
  "gateway-api": "The CORS filter of the Kubernetes Gateway API.",
  envoy: "Envoy's native cors filter: what is not admitted goes on to the service.",
});
