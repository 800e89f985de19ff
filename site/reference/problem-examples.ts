import type { ProblemCode } from "../../src/policy/problem-code.ts";

/** A document that has the problem; none where no short text can show it. */
export type ProblemExample = { readonly document?: string };

/** A document whose only policy admits one origin, with more lines in that policy. */
function policy(...lines: readonly string[]): string {
  const all = ["name: web", ...lines];
  const origins = all.some((line) => line.startsWith("allowOrigins"))
    ? []
    : ["allowOrigins: [https://app.example.com]"];
  const [first = "", ...more] = [...all, ...origins];
  return ["policies:", `  - ${first}`, ...more.map((line) => `    ${line}`), ""].join("\n");
}

/** The same with lines behind the policies. */
function beside(...lines: readonly string[]): string {
  return `${policy()}${lines.join("\n")}\n`;
}

export const PROBLEM_EXAMPLES: Readonly<Record<ProblemCode, ProblemExample>> = {
  "path-missing": {},
  "path-unreadable": {},
  "config-map-missing": {},
  "request-invalid": {},
  "tests-too-many": {},
  "path-empty": {},
  "file-empty": { document: "# nothing yet\n" },
  "document-too-large": {},
  "not-utf8": {},
  "yaml-syntax": {
    document: policy("allowMethods: [GET, PUT"),
  },
  "yaml-several-documents": {
    document: `${policy()}---\n${policy()}`,
  },
  "yaml-unquoted": {
    document: policy("allowOrigins: *"),
  },
  "yaml-alias": {
    document: policy("allowMethods: &methods [GET, *methods]"),
  },
  "yaml-tag": {
    document: policy("maxAge: !seconds 600"),
  },
  "yaml-key": {
    document: policy("? [allowMethods, allowHeaders]", ": [GET]"),
  },
  "yaml-too-deep": {},
  "too-many-problems": {},
  "internal-error": {},
  "unknown-key": {
    document: policy("allowMethod: [GET]"),
  },
  "duplicate-key": {
    document: policy("maxAge: 600", "maxAge: 900"),
  },
  "missing-key": {
    document: "policies:\n  - allowOrigins: [https://app.example.com]\n",
  },
  "null-value": {
    document: policy("allowOrigins:"),
  },
  "wrong-type": {
    document: policy('allowCredentials: "true"'),
  },
  "unknown-value": {
    document: policy("mode: audit"),
  },
  "number-out-of-range": {
    document: policy("behavior: {preflightStatus: 301}"),
  },
  "value-empty": { document: policy('allowHeaders: [""]') },
  "value-too-long": {
    document: policy(`allowMethods: [GET, ${"A".repeat(65)}]`),
  },
  "list-too-long": {
    document: policy(
      `tags: [${Array.from({ length: 17 }, (_, number) => `t${number}`).join(", ")}]`,
    ),
  },
  "list-expected": {
    document: policy("allowHeaders: x-api-key"),
  },
  "star-beside-others": {
    document: policy('allowHeaders: ["*", x-api-key]'),
  },
  "match-empty": {
    document: beside("apiGroups:", "  - name: orders", "    match: [{}]", "    policies: [web]"),
  },
  "name-invalid": {
    document: "policies:\n  - name: Web Shop\n    allowOrigins: [https://app.example.com]\n",
  },
  "name-duplicate": {
    document: `${policy()}  - name: web\n    allowOrigins: [https://m.example.net]\n`,
  },
  "tag-invalid": { document: policy('tags: [" team"]') },
  "origin-invalid": {
    document: policy("allowOrigins: [https://app.example.com/]"),
  },
  "expression-invalid": {
    document: policy("allowOrigins: ['~https://(app|www\\.example\\.com']"),
  },
  "method-invalid": {
    document: policy("allowMethods: [GET, PUT PATCH]"),
  },
  "header-invalid": {
    document: policy('allowHeaders: ["x-api-key:"]'),
  },
  "cors-header": {
    document: policy("allowHeaders: [access-control-allow-origin]"),
  },
  "max-age-invalid": {
    document: policy("maxAge: 1.5h"),
  },
  "host-invalid": {
    document: beside(
      "apiGroups:",
      "  - name: orders",
      "    match: [{host: api.example.com:8443}]",
      "    policies: [web]",
    ),
  },
  "path-invalid": {
    document: beside(
      "apiGroups:",
      "  - name: orders",
      "    match: [{path: /orders/*}]",
      "    policies: [web]",
    ),
  },
  "methods-required": {
    document: policy("preset: webmethods"),
  },
  "http-versions-required": {
    document: policy("preset: api-groups"),
  },
  "policies-missing": { document: "version: 1\n" },
  "reference-unknown": {
    document: beside(
      "apiGroups:",
      "  - name: orders",
      "    match: [{path: /orders}]",
      "    policies: [wep]",
    ),
  },
  "reference-duplicate": {
    document: beside(
      "apiGroups:",
      "  - name: orders",
      "    match: [{path: /orders}]",
      "    policies: [web, web]",
    ),
  },
  "origin-any": {
    document: policy('allowOrigins: ["*"]'),
  },
  "origin-any-credentials": {
    document: policy('allowOrigins: ["*"]', "allowCredentials: true"),
  },
  "origin-covers-any": {
    document: policy("allowOrigins: ['https://*']", "allowCredentials: true"),
  },
  "origin-null-credentials": {
    document: policy('allowOrigins: ["null"]', "allowCredentials: true"),
  },
  "origin-public-suffix": {
    document: policy("allowOrigins: ['https://*.github.io']", "allowCredentials: true"),
  },
  "origin-look-alike": {
    document: policy("allowOrigins: ['~https://app.example\\.com']", "allowCredentials: true"),
  },
  "origin-http-credentials": {
    document: policy("allowOrigins: [http://app.example.com]", "allowCredentials: true"),
  },
  "expression-never-matches": {
    document: policy("allowOrigins: ['~https://App\\.example\\.com']"),
  },
  "expression-budget": {
    document: policy(
      "allowOrigins:",
      "  - '~https://[a-z]{1,600}\\.example\\.com'",
      "  - '~https://[0-9]{1,600}\\.example\\.com'",
    ),
  },
  "entry-repeated": {
    document: policy("allowMethods: [GET, POST, GET]"),
  },
  "methods-empty": {
    document: policy("allowMethods: []"),
  },
  "http-versions-empty": {
    document: policy("httpVersions: []"),
  },
  "method-never-sent": {
    document: policy("allowMethods: [GET, TRACE]"),
  },
  "method-case": {
    document: policy("allowMethods: [GET, patch]"),
  },
  "method-not-offered": {
    document: policy("preset: webmethods", "allowMethods: [GET, OPTIONS]"),
  },
  "headers-any": {
    document: policy('allowHeaders: "*"'),
  },
  "header-forbidden": {
    document: policy("allowHeaders: [cookie]"),
  },
  "expose-safelisted": {
    document: policy("exposeHeaders: [content-type]"),
  },
  "expose-request-header": {
    document: policy("exposeHeaders: [authorization]"),
  },
  "expose-set-cookie": {
    document: policy("exposeHeaders: [set-cookie]"),
  },
  "max-age-capped": {
    document: policy("maxAge: 7d"),
  },
  "origin-required": {
    document: policy("requireOrigin: true"),
  },
  "policy-admits-nobody": {
    document: "policies:\n  - name: web\n",
  },
  "policy-never-governs": {
    document: `${policy('allowOrigins: ["*"]')}  - name: shop\n    allowOrigins: [https://m.example.net]\n`,
  },
  "policy-unattached": {
    document: beside("apiGroups: []"),
  },
  "group-never-matches": {
    document: beside(
      "apiGroups:",
      "  - {name: orders, match: [{path: /orders}], policies: [web]}",
      "  - {name: again, match: [{path: /orders}], policies: [web]}",
    ),
  },
  "group-open": {
    document: beside(
      "apiGroups:",
      "  - {name: orders, match: [{path: /orders}], policies: [web]}",
      "  - {name: open, match: [{path: /open}], policies: []}",
    ),
  },
};
