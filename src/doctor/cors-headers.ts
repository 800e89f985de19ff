/** The response headers that corsd may set or take away: all that CORS (Fetch) and Resource Timing define. */
export const CORS_RESPONSE_HEADERS = [
  "access-control-allow-origin",
  "access-control-allow-credentials",
  "access-control-allow-methods",
  "access-control-allow-headers",
  "access-control-max-age",
  "access-control-expose-headers",
  "access-control-allow-private-network",
  "timing-allow-origin",
] as const;
