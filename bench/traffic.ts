/** What is asked again and again. */
export const TRAFFIC = ["preflight", "actual", "no-origin"] as const;
export type Traffic = (typeof TRAFFIC)[number];

export type HttpRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
};

const HOST = ["host", "api.example.com"] as const;

/** What Chromium sends beside the headers of CORS. */
const BROWSER = [
  ["accept", "*/*"],
  ["accept-encoding", "gzip, deflate, br, zstd"],
  ["accept-language", "en-GB,en;q=0.9"],
  [
    "user-agent",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36",
  ],
  ["sec-fetch-dest", "empty"],
] as const;

/** A request of the page `origin`; the policies of all variants admit it. */
export function requestOf(
  traffic: Traffic,
  origin = "https://app.example.com",
  path = "/orders",
): HttpRequest {
  switch (traffic) {
    case "preflight":
      return {
        method: "OPTIONS",
        path,
        headers: [
          HOST,
          ["origin", origin],
          ["access-control-request-method", "PUT"],
          ["access-control-request-headers", "content-type,x-api-key"],
          ...BROWSER,
          ["sec-fetch-mode", "cors"],
          ["sec-fetch-site", "cross-site"],
        ],
      };
    case "actual":
      return {
        method: "GET",
        path,
        headers: [
          HOST,
          ["origin", origin],
          ...BROWSER,
          ["sec-fetch-mode", "cors"],
          ["sec-fetch-site", "cross-site"],
        ],
      };
    case "no-origin":
      return { method: "GET", path, headers: [HOST, ...BROWSER, ["sec-fetch-mode", "cors"]] };
  }
}

/** As it goes over the wire in HTTP/1.1. */
export function wireForm({ method, path, headers }: HttpRequest): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** As vegeta reads it. */
export function targetForm({ method, path, headers }: HttpRequest, port: number): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\n`);
  return `${method} http://127.0.0.1:${port}${path}\n${lines.join("")}\n`;
}
