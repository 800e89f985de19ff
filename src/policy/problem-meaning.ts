import type { Severity } from "./problem.ts";
import type { ProblemCode } from "./problem-code.ts";

export type Meaning = {
  /** `either`: what else the document says makes it an error or a warning. */
  readonly severity: Severity | "either";
  /** For people who meet the code without the problem: a sentence or two. */
  readonly text: string;
};

/** What each code stands for: the reference of problems and reports in SARIF carry these words. */
export const PROBLEM_MEANINGS: Readonly<Record<ProblemCode, Meaning>> = {
  "path-missing": { severity: "error", text: "The path does not exist." },
  "path-unreadable": { severity: "error", text: "The file or directory cannot be read." },
  "path-empty": { severity: "error", text: "The directory has no policy file." },
  "config-map-missing": {
    severity: "error",
    text: "Kubernetes manifests, and no ConfigMap among them that has a policy document.",
  },
  "file-empty": { severity: "error", text: "The file has no content." },
  "document-too-large": {
    severity: "error",
    text: "All files together over 8 MiB, aliases expanded; or a file of more than 2,000,000 YAML tokens.",
  },
  "not-utf8": { severity: "error", text: "The file is not UTF-8." },
  "yaml-syntax": { severity: "error", text: "The file is not YAML 1.2." },
  "yaml-several-documents": { severity: "error", text: "More than one YAML document in a file." },
  "yaml-unquoted": {
    severity: "error",
    text: "A bare `*` (YAML reads an alias) has to be quoted.",
  },
  "yaml-alias": { severity: "error", text: "An alias stands inside of what it stands for." },
  "yaml-tag": { severity: "error", text: "A YAML tag (`!…`) of no known meaning." },
  "yaml-key": { severity: "error", text: "A key that is a list, a map or an alias." },
  "yaml-too-deep": { severity: "error", text: "Nested deeper than 64 levels." },
  "too-many-problems": {
    severity: "either",
    text: "10,000 problems or more: the rest is left out, warnings before errors.",
  },
  "internal-error": {
    severity: "error",
    text: "corsd itself failed on the document, or took over 60 seconds or 2 GiB.",
  },
  "unknown-key": {
    severity: "error",
    text: "The key is not in the vocabulary. The nearest one is named.",
  },
  "duplicate-key": { severity: "error", text: "The key stands twice." },
  "missing-key": { severity: "error", text: "A key that has to be there is not." },
  "null-value": { severity: "error", text: "The value is empty, or a bare `null` or `~`." },
  "wrong-type": {
    severity: "error",
    text: "Text, number, list or map where something else is expected.",
  },
  "unknown-value": { severity: "error", text: "Not one of the words that the field takes." },
  "number-out-of-range": { severity: "error", text: "Not a whole number within the bounds." },
  "value-empty": { severity: "error", text: "An empty text." },
  "value-too-long": { severity: "error", text: "Longer than the bounds above." },
  "list-too-long": {
    severity: "error",
    text: "Too many tags, or a list that is too long as a header line.",
  },
  "list-expected": { severity: "error", text: "One value where a list is expected." },
  "star-beside-others": { severity: "error", text: "`*` beside other entries." },
  "match-empty": { severity: "error", text: "An entry of `match` without a key." },
  "name-invalid": { severity: "error", text: "Not a name." },
  "name-duplicate": { severity: "error", text: "The name stands twice." },
  "tag-invalid": { severity: "error", text: "Not a tag." },
  "origin-invalid": { severity: "error", text: "Not an origin pattern." },
  "expression-invalid": { severity: "error", text: "RE2 does not take the expression." },
  "method-invalid": { severity: "error", text: "Not a method: no token (RFC 9110, 5.6.2)." },
  "header-invalid": { severity: "error", text: "Not a header name: no token." },
  "cors-header": {
    severity: "error",
    text: "A CORS response header's name in `allowHeaders` or `exposeHeaders`.",
  },
  "max-age-invalid": {
    severity: "error",
    text: "Not whole seconds, below -1, or above 2,147,483,647.",
  },
  "host-invalid": {
    severity: "error",
    text: "Not a host, one with a port or a trailing dot, or one that clients write differently (`[0:0:0:0:0:0:0:1]` for `[::1]`).",
  },
  "path-invalid": { severity: "error", text: "Not a path prefix." },
  "methods-required": { severity: "error", text: "The preset has no default for `allowMethods`." },
  "http-versions-required": {
    severity: "error",
    text: "The preset has no default for `httpVersions`.",
  },
  "request-invalid": {
    severity: "error",
    text: "In a test file: what no request can be, such as a URL with a blank.",
  },
  "tests-too-many": {
    severity: "error",
    text: "In a test file: more than 10,000 tests, every combination of `each` counted.",
  },
  "policies-missing": { severity: "error", text: "No policy in any file." },
  "reference-unknown": { severity: "error", text: "A name that nothing has." },
  "reference-duplicate": { severity: "error", text: "A name that stands twice in one list." },
  "origin-any": { severity: "warning", text: "`*` admits every web site." },
  "origin-any-credentials": { severity: "error", text: "`*` with credentials." },
  "origin-covers-any": { severity: "either", text: "The pattern covers every origin." },
  "origin-null-credentials": { severity: "error", text: '`"null"` with credentials.' },
  "origin-public-suffix": {
    severity: "either",
    text: "The pattern admits children of a public suffix.",
  },
  "origin-look-alike": { severity: "either", text: "The expression admits a look-alike." },
  "origin-http-credentials": {
    severity: "warning",
    text: "An `http:` origin with credentials, loopback excepted.",
  },
  "expression-never-matches": {
    severity: "warning",
    text: "The expression can never match: upper case, a default port, no `://`.",
  },
  "expression-budget": {
    severity: "error",
    text: "The expressions of a group have more than 2,000 RE2 instructions together.",
  },
  "entry-repeated": { severity: "warning", text: "The entry stands in the list twice." },
  "methods-empty": { severity: "warning", text: "No method is allowed." },
  "http-versions-empty": { severity: "warning", text: "No HTTP version is allowed." },
  "method-never-sent": {
    severity: "warning",
    text: "CONNECT, TRACE, TRACK: no browser sends them for a script.",
  },
  "method-case": {
    severity: "warning",
    text: "A known method in another case (`patch`): it is not the same method.",
  },
  "method-not-offered": {
    severity: "warning",
    text: "The product that the preset follows does not offer it.",
  },
  "headers-any": { severity: "warning", text: '`allowHeaders: "*"` includes Authorization.' },
  "header-forbidden": {
    severity: "warning",
    text: "`Cookie`, `Origin`, `Host`, `Sec-…`: no preflight asks for them.",
  },
  "expose-safelisted": { severity: "warning", text: "Scripts may read it anyway." },
  "expose-request-header": {
    severity: "warning",
    text: "A request header, which no response carries.",
  },
  "expose-set-cookie": { severity: "warning", text: "Scripts can never read it." },
  "max-age-capped": {
    severity: "warning",
    text: "Above 7,200 (Chromium's cap), or 86,400 (Firefox's).",
  },
  "origin-required": {
    severity: "warning",
    text: "`requireOrigin` refuses navigation, images and probes too.",
  },
  "policy-admits-nobody": {
    severity: "warning",
    text: "No origins, and no application in any of its groups.",
  },
  "policy-never-governs": {
    severity: "warning",
    text: "Earlier policies of the group admit all that it admits.",
  },
  "policy-unattached": { severity: "warning", text: "In no group." },
  "group-never-matches": { severity: "warning", text: "Its entries stand in earlier groups." },
  "group-open": {
    severity: "warning",
    text: "It has no policy, or none is enforcing and one is disabled, so it is passed through.",
  },
};
