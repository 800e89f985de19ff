import type { ProblemCode } from "../../src/policy/problem-code.ts";

/** What a code means, and a document that has it; without one where no short text can show it. */
export type ProblemExample = { readonly meaning: string; readonly document?: string };

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
  "path-missing": { meaning: "The path does not exist." },
  "path-unreadable": { meaning: "The file or directory cannot be read." },
  "path-empty": { meaning: "The directory has no policy file." },
  "file-empty": { meaning: "The file has no content.", document: "# nothing yet\n" },
  "document-too-large": {
    meaning:
      "All files together over 8 MiB, aliases expanded; or a file of more than 2,000,000 YAML tokens.",
  },
  "not-utf8": { meaning: "The file is not UTF-8." },
  "yaml-syntax": {
    meaning: "The file is not YAML 1.2.",
    document: policy("allowMethods: [GET, PUT"),
  },
  "yaml-several-documents": {
    meaning: "More than one YAML document in a file.",
    document: `${policy()}---\n${policy()}`,
  },
  "yaml-unquoted": {
    meaning: "A bare `*` (YAML reads an alias) has to be quoted.",
    document: policy("allowOrigins: *"),
  },
  "yaml-alias": {
    meaning: "An alias stands inside of what it stands for.",
    document: policy("allowMethods: &methods [GET, *methods]"),
  },
  "yaml-tag": {
    meaning: "A YAML tag (`!…`) of no known meaning.",
    document: policy("maxAge: !seconds 600"),
  },
  "yaml-key": {
    meaning: "A key that is a list, a map or an alias.",
    document: policy("? [allowMethods, allowHeaders]", ": [GET]"),
  },
  "yaml-too-deep": { meaning: "Nested deeper than 64 levels." },
  "too-many-problems": {
    meaning: "10,000 problems or more: the rest is left out, warnings before errors.",
  },
  "internal-error": {
    meaning: "corsd itself failed on the document, or took over 60 seconds or 2 GiB.",
  },
  "unknown-key": {
    meaning: "The key is not in the vocabulary. The nearest one is named.",
    document: policy("allowMethod: [GET]"),
  },
  "duplicate-key": {
    meaning: "The key stands twice.",
    document: policy("maxAge: 600", "maxAge: 900"),
  },
  "missing-key": {
    meaning: "A key that has to be there is not.",
    document: "policies:\n  - allowOrigins: [https://app.example.com]\n",
  },
  "null-value": {
    meaning: "The value is empty, or a bare `null` or `~`.",
    document: policy("allowOrigins:"),
  },
  "wrong-type": {
    meaning: "Text, number, list or map where something else is expected.",
    document: policy('allowCredentials: "true"'),
  },
  "unknown-value": {
    meaning: "Not one of the words that the field takes.",
    document: policy("mode: audit"),
  },
  "number-out-of-range": {
    meaning: "Not a whole number within the bounds.",
    document: policy("behavior: {preflightStatus: 301}"),
  },
  "value-empty": { meaning: "An empty text.", document: policy('allowHeaders: [""]') },
  "value-too-long": {
    meaning: "Longer than the bounds of the field.",
    document: policy(`allowMethods: [GET, ${"A".repeat(65)}]`),
  },
  "list-too-long": {
    meaning: "Too many tags, or a list that is too long as a header line.",
    document: policy(
      `tags: [${Array.from({ length: 17 }, (_, number) => `t${number}`).join(", ")}]`,
    ),
  },
  "list-expected": {
    meaning: "One value where a list is expected.",
    document: policy("allowHeaders: x-api-key"),
  },
  "star-beside-others": {
    meaning: "`*` beside other entries.",
    document: policy('allowHeaders: ["*", x-api-key]'),
  },
  "match-empty": {
    meaning: "An entry of `match` without a key.",
    document: beside("apiGroups:", "  - name: orders", "    match: [{}]", "    policies: [web]"),
  },
  "name-invalid": {
    meaning: "Not a name.",
    document: "policies:\n  - name: Web Shop\n    allowOrigins: [https://app.example.com]\n",
  },
  "name-duplicate": {
    meaning: "The name stands twice.",
    document: `${policy()}  - name: web\n    allowOrigins: [https://m.example.net]\n`,
  },
  "tag-invalid": { meaning: "Not a tag.", document: policy('tags: [" team"]') },
  "origin-invalid": {
    meaning: "Not an [origin pattern](../policy.md#origin-patterns).",
    document: policy("allowOrigins: [https://app.example.com/]"),
  },
  "expression-invalid": {
    meaning: "RE2 does not take the expression.",
    document: policy("allowOrigins: ['~https://(app|www\\.example\\.com']"),
  },
  "method-invalid": {
    meaning: "Not a method: no token (RFC 9110, 5.6.2).",
    document: policy("allowMethods: [GET, PUT PATCH]"),
  },
  "header-invalid": {
    meaning: "Not a header name: no token.",
    document: policy('allowHeaders: ["x-api-key:"]'),
  },
  "cors-header": {
    meaning: "A CORS response header’s name in `allowHeaders` or `exposeHeaders`.",
    document: policy("allowHeaders: [access-control-allow-origin]"),
  },
  "max-age-invalid": {
    meaning: "Not whole seconds, below -1, or above 2,147,483,647.",
    document: policy("maxAge: 1.5h"),
  },
  "host-invalid": {
    meaning:
      "Not a host, one with a port or a trailing dot, or one that clients write differently (`[0:0:0:0:0:0:0:1]` for `[::1]`).",
    document: beside(
      "apiGroups:",
      "  - name: orders",
      "    match: [{host: api.example.com:8443}]",
      "    policies: [web]",
    ),
  },
  "path-invalid": {
    meaning: "Not a path prefix.",
    document: beside(
      "apiGroups:",
      "  - name: orders",
      "    match: [{path: /orders/*}]",
      "    policies: [web]",
    ),
  },
  "methods-required": {
    meaning: "The preset has no default for `allowMethods`.",
    document: policy("preset: webmethods"),
  },
  "http-versions-required": {
    meaning: "The preset has no default for `httpVersions`.",
    document: policy("preset: api-groups"),
  },
  "policies-missing": { meaning: "No policy in any file.", document: "version: 1\n" },
  "reference-unknown": {
    meaning: "A name that nothing has.",
    document: beside(
      "apiGroups:",
      "  - name: orders",
      "    match: [{path: /orders}]",
      "    policies: [wep]",
    ),
  },
  "reference-duplicate": {
    meaning: "A name that stands twice in one list.",
    document: beside(
      "apiGroups:",
      "  - name: orders",
      "    match: [{path: /orders}]",
      "    policies: [web, web]",
    ),
  },
  "origin-any": {
    meaning: "`*` admits every web site.",
    document: policy('allowOrigins: ["*"]'),
  },
  "origin-any-credentials": {
    meaning: "`*` with credentials: any web site could act as its visitors.",
    document: policy('allowOrigins: ["*"]', "allowCredentials: true"),
  },
  "origin-covers-any": {
    meaning: "The pattern covers every origin. An error with credentials, else a warning.",
    document: policy("allowOrigins: ['https://*']", "allowCredentials: true"),
  },
  "origin-null-credentials": {
    meaning: '`"null"` with credentials: any page can make itself that origin.',
    document: policy('allowOrigins: ["null"]', "allowCredentials: true"),
  },
  "origin-public-suffix": {
    meaning:
      "The pattern admits children of a public suffix, which anyone can register. An error with credentials, else a warning.",
    document: policy("allowOrigins: ['https://*.github.io']", "allowCredentials: true"),
  },
  "origin-look-alike": {
    meaning:
      "The expression admits a look-alike of a host that it names. An error with credentials, else a warning.",
    document: policy("allowOrigins: ['~https://app.example\\.com']", "allowCredentials: true"),
  },
  "origin-http-credentials": {
    meaning: "An `http:` origin with credentials, loopback excepted.",
    document: policy("allowOrigins: [http://app.example.com]", "allowCredentials: true"),
  },
  "expression-never-matches": {
    meaning: "The expression can never match: upper case, a default port, no `://`.",
    document: policy("allowOrigins: ['~https://App\\.example\\.com']"),
  },
  "expression-budget": {
    meaning: "The expressions of a group have more than 2,000 RE2 instructions together.",
    document: policy(
      "allowOrigins:",
      "  - '~https://[a-z]{1,600}\\.example\\.com'",
      "  - '~https://[0-9]{1,600}\\.example\\.com'",
    ),
  },
  "entry-repeated": {
    meaning: "The entry stands in the list twice.",
    document: policy("allowMethods: [GET, POST, GET]"),
  },
  "methods-empty": {
    meaning: "No method is allowed.",
    document: policy("allowMethods: []"),
  },
  "http-versions-empty": {
    meaning: "No HTTP version is allowed.",
    document: policy("httpVersions: []"),
  },
  "method-never-sent": {
    meaning: "CONNECT, TRACE, TRACK: no browser sends them for a script.",
    document: policy("allowMethods: [GET, TRACE]"),
  },
  "method-case": {
    meaning: "A known method in another case: it is not the same method.",
    document: policy("allowMethods: [GET, patch]"),
  },
  "method-not-offered": {
    meaning: "The product that the preset follows does not offer it.",
    document: policy("preset: webmethods", "allowMethods: [GET, OPTIONS]"),
  },
  "headers-any": {
    meaning: '`allowHeaders: "*"` includes Authorization.',
    document: policy('allowHeaders: "*"'),
  },
  "header-forbidden": {
    meaning: "`Cookie`, `Origin`, `Host`, `Sec-…`: no preflight asks for them.",
    document: policy("allowHeaders: [cookie]"),
  },
  "expose-safelisted": {
    meaning: "Scripts may read it anyway.",
    document: policy("exposeHeaders: [content-type]"),
  },
  "expose-request-header": {
    meaning: "A request header, which no response carries.",
    document: policy("exposeHeaders: [authorization]"),
  },
  "expose-set-cookie": {
    meaning: "Scripts can never read it.",
    document: policy("exposeHeaders: [set-cookie]"),
  },
  "max-age-capped": {
    meaning: "Above 7,200 (Chromium’s cap), or 86,400 (Firefox’s).",
    document: policy("maxAge: 7d"),
  },
  "origin-required": {
    meaning: "`requireOrigin` refuses navigation, images and probes too.",
    document: policy("requireOrigin: true"),
  },
  "policy-admits-nobody": {
    meaning: "No origins, and no application in any of its groups.",
    document: "policies:\n  - name: web\n",
  },
  "policy-never-governs": {
    meaning: "Earlier policies of the group admit all that it admits.",
    document: `${policy('allowOrigins: ["*"]')}  - name: shop\n    allowOrigins: [https://m.example.net]\n`,
  },
  "policy-unattached": {
    meaning: "In no group.",
    document: beside("apiGroups: []"),
  },
  "group-never-matches": {
    meaning: "Its entries stand in earlier groups.",
    document: beside(
      "apiGroups:",
      "  - {name: orders, match: [{path: /orders}], policies: [web]}",
      "  - {name: again, match: [{path: /orders}], policies: [web]}",
    ),
  },
  "group-open": {
    meaning: "It has no policy, or none is enforcing and one is disabled, so it is passed through.",
    document: beside(
      "apiGroups:",
      "  - {name: orders, match: [{path: /orders}], policies: [web]}",
      "  - {name: open, match: [{path: /open}], policies: []}",
    ),
  },
};
