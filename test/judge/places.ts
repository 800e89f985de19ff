/** The pages whose scripts ask. `own` comes from the API's origin; `sandbox` and `data` have the opaque one. */
export const PAGES = [
  "app",
  "port",
  "sibling",
  "evil",
  "own",
  "ipv6",
  "blob",
  "sandbox",
  "data",
] as const;
export type PageName = (typeof PAGES)[number];

/** The hosts under which Envoy is asked: two of the pages' site, and loopback's IPv6 address. */
export const HOSTS = ["api", "other", "ipv6"] as const;
export type HostName = (typeof HOSTS)[number];

/** The ports that everything got; undefined: this machine has no IPv6 loopback. */
export type Ports = {
  readonly page: number;
  readonly secondPage: number;
  readonly ipv6Page: number | undefined;
  readonly envoy: number;
  readonly ipv6Envoy: number | undefined;
};

/** The origin that browsers write for a page. */
export function originOf(page: PageName, ports: Ports): string {
  switch (page) {
    case "app":
    case "blob":
      return `http://app.demo.localhost:${ports.page}`;
    case "port":
      return `http://app.demo.localhost:${ports.secondPage}`;
    case "sibling":
      return `http://notapp.demo.localhost:${ports.page}`;
    case "evil":
      return `http://evil.localhost:${ports.page}`;
    case "own":
      return apiOrigin("api", ports);
    case "ipv6":
      return `http://[::1]:${ports.ipv6Page}`;
    case "sandbox":
    case "data":
      return "null";
  }
}

export function apiOrigin(host: HostName, ports: Ports): string {
  switch (host) {
    case "api":
      return `http://api.demo.localhost:${ports.envoy}`;
    case "other":
      return `http://other.demo.localhost:${ports.envoy}`;
    case "ipv6":
      return `http://[::1]:${ports.ipv6Envoy}`;
  }
}

/** The two named hosts have a cookie, which pages of their site may use: SameSite=Lax, and no site holds an opaque one. */
export function mayUseCookie(page: PageName, url: URL): boolean {
  const isOfSite = ["app", "port", "sibling", "own", "blob"].includes(page);
  return isOfSite && url.hostname.endsWith(".demo.localhost");
}

/** The opaque frames are of no site, but stand in a page of the named hosts' site. */
export function hasStorageAccess(page: PageName, url: URL): boolean {
  return ["sandbox", "data"].includes(page) && url.hostname.endsWith(".demo.localhost");
}
