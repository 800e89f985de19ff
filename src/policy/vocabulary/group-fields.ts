import { MAX_HOST_LENGTH } from "../../cors/host.ts";
import type { Table } from "./field.ts";
import { MAX_PATH_LENGTH, MAX_ROUTE_LENGTH } from "./limits.ts";
import { NAME } from "./shapes.ts";

export type MatchKey = "host" | "path" | "route";

export const MATCH_FIELDS: Table<MatchKey> = {
  host: {
    description:
      "Host name, exact or `*.suffix` for one or more labels in front, without a port. Left out: any.",
    shape: { kind: "text", maxLength: MAX_HOST_LENGTH + 3 },
    examples: ["api.example.com", "*.example.com"],
  },
  path: {
    description:
      "Path prefix by whole segments: `/orders` holds for `/orders/1`, not for `/orders2`. Left out: any.",
    shape: { kind: "text", maxLength: MAX_PATH_LENGTH, pattern: "^/" },
    examples: ["/orders"],
  },
  route: {
    description: "Name of an Envoy route. Envoy has to send `xds.route_name`. Left out: any.",
    shape: { kind: "text", maxLength: MAX_ROUTE_LENGTH },
    examples: ["orders-route"],
  },
};

export type GroupKey = "name" | "match" | "policies";

export const GROUP_FIELDS: Table<GroupKey> = {
  name: {
    description:
      "Unique name of the group, which Envoy can name too: lower case letters, digits, `.`, `_` and `-`.",
    shape: NAME,
    required: true,
    examples: ["orders"],
  },
  match: {
    description:
      "What selects the group: any entry does; in an entry all keys must hold. Left out: only Envoy can name the group.",
    shape: {
      kind: "list",
      star: false,
      item: { kind: "object", fields: MATCH_FIELDS, minKeys: 1 },
    },
    examples: [[{ host: "api.example.com", path: "/orders" }]],
  },
  policies: {
    description:
      "Names of the policies that apply, in the order in which they are asked; the first that admits an origin governs. Each once.",
    shape: { kind: "list", star: false, item: NAME, unique: true },
    required: true,
    examples: [["web"]],
  },
};
