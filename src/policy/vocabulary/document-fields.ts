import { APPLICATION_FIELDS } from "./application-fields.ts";
import type { Table } from "./field.ts";
import { GROUP_FIELDS } from "./group-fields.ts";
import { POLICY_FIELDS } from "./policy-fields.ts";
import { PRESET } from "./shapes.ts";

export type DocumentKey = "version" | "preset" | "policies" | "applications" | "apiGroups";

export const DOCUMENT_FIELDS: Table<DocumentKey> = {
  version: {
    description: "Version of this vocabulary; only 1 exists.",
    shape: { kind: "whole", min: 1, max: 1 },
    fallback: 1,
  },
  preset: {
    description: "Preset of every policy in this file that names none.",
    shape: PRESET,
    fallback: "strict",
  },
  policies: {
    description:
      "What is allowed to whom. At least one in all files together. Left out: none in this file.",
    shape: { kind: "list", star: false, item: { kind: "object", fields: POLICY_FIELDS } },
    examples: [[{ name: "web", allowOrigins: ["https://app.example.com"] }]],
  },
  applications: {
    description: "Consumers with origins of their own, admitted beside those of the policies.",
    shape: { kind: "list", star: false, item: { kind: "object", fields: APPLICATION_FIELDS } },
    fallback: [],
    examples: [[{ name: "mobile-portal", origins: ["https://m.example.net"] }]],
  },
  apiGroups: {
    description:
      "Where policies apply, and in which order. Left out: one group `default` of everything, with all policies in document order.",
    shape: { kind: "list", star: false, item: { kind: "object", fields: GROUP_FIELDS } },
    examples: [[{ name: "orders", match: [{ path: "/orders" }], policies: ["web"] }]],
  },
};
