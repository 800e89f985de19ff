export type Severity = "error" | "warning";

/**
 * What can be found, for programs. Codes are stable: one may be added, none is renamed or put to another use. An error
 * is what users will meet; a warning is what is weaker, slower or less safe than it could be, or cannot be judged here.
 */
export const FINDING_CODES = {
  // Is corsd asked at all?
  "filter-absent": "error",
  "listener-uncovered": "warning",
  "filter-never-enabled": "error",
  "route-uncovered": "warning",
  "routes-missing": "warning",
  "observability-mode": "error",
  "override-unattached": "error",
  "upgrade-bypass": "error",
  // In which order?
  "after-authentication": "error",
  "after-refusing-filter": "warning",
  "native-cors-policy": "error",
  // What is it sent, and what may it answer?
  "mode-unknown": "error",
  "request-headers-not-sent": "error",
  "response-headers-not-sent": "error",
  "bodies-sent": "warning",
  "trailers-sent": "warning",
  "immediate-response-disabled": "error",
  "fails-open": "error",
  "message-timeout-short": "error",
  "message-timeout-long": "warning",
  "route-name-not-sent": "error",
  "protocol-not-sent": "error",
  "metadata-not-received": "error",
  "response-headers-not-removed": "error",
  "response-headers-not-added": "error",
  "mutation-dropped": "error",
  "mutation-unlimited": "warning",
  "forward-origin-missing": "error",
  "forward-missing": "error",
  "forward-hints-missing": "warning",
  "forward-names-missing": "warning",
  "forward-private": "warning",
  // Requests that skip it.
  "skip-require-origin": "error",
  "skip-without-vary": "error",
  "skip-unknown": "warning",
  // Groups and routes.
  "group-unknown": "error",
  "preflight-elsewhere": "error",
  "route-unknown": "warning",
  "route-without-group": "warning",
  // The connection manager.
  "path-spellings": "warning",
  "host-port-stripped": "warning",
  "forwarded-proto-trusted": "warning",
  // The cluster.
  "cluster-missing": "error",
  "http2-missing": "error",
  "circuit-breakers-low": "error",
  "health-checks-missing": "warning",
  "health-checks-idle": "warning",
  "tls-missing": "warning",
  // The version of Envoy.
  "envoy-local-replies": "warning",
  "envoy-preflight-continue": "error",
  "envoy-cve-2026-47207": "warning",
  "envoy-untried": "warning",
} as const;

export type FindingCode = keyof typeof FINDING_CODES;
