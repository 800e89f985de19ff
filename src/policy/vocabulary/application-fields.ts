import type { Table } from "./field.ts";
import { NAME, ORIGINS } from "./shapes.ts";

export type ApplicationKey = "name" | "origins" | "apiGroups";

export const APPLICATION_FIELDS: Table<ApplicationKey> = {
  name: {
    description: "Unique name of the application: lower case letters, digits, `.`, `_` and `-`.",
    shape: NAME,
    required: true,
    examples: ["mobile-portal"],
  },
  origins: {
    description:
      'Origins of the application, admitted beside those of the policies; written as in `allowOrigins`, or `"*"`.',
    shape: ORIGINS,
    required: true,
    examples: [["https://m.example.net"]],
  },
  apiGroups: {
    description: 'Names of the groups that admit the application, or `"*"`. Left out: every group.',
    shape: { kind: "list", star: true, item: NAME },
    examples: [["orders"], "*"],
  },
};
