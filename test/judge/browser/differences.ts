/** Where a browser departs from the Fetch and XMLHttpRequest standards by themselves. None of it lets a page read what a policy keeps from it. */
export type Differences = {
  /** `<script crossorigin>` and `<img crossorigin>` send Origin to their own origin too. */
  readonly elementsSendOrigin: boolean;
  /** A redirect to a URL with a user name ends the fetch, also within one origin; not that of XMLHttpRequest. */
  readonly noNamedRedirects: boolean;
  /** A listener for upload progress forces a preflight only where there is a body to upload. */
  readonly uploadNeedsBody: boolean;
  /** With redirect mode "error", a redirect status without Location is an answer as any other. */
  readonly errorNeedsLocation: boolean;
  /** Nothing is kept of a preflight that was sent for an opaque origin. */
  readonly opaqueKeepsNothing: boolean;
  /** A fetch that fails leaves what its preflight was told in the cache. */
  readonly failureKeeps: boolean;
  /**
   * A `no-cors` request with credentials from a frame of opaque origin to the site of the page around it says
   * `Origin: null`: it has access to that site's cookies (Storage Access Headers).
   */
  readonly storageAccessSendsOrigin: boolean;
};

/** What Chromium 156 was seen to do. */
export const CHROMIUM: Differences = {
  elementsSendOrigin: true,
  noNamedRedirects: true,
  uploadNeedsBody: true,
  errorNeedsLocation: true,
  opaqueKeepsNothing: true,
  failureKeeps: true,
  storageAccessSendsOrigin: true,
};

/** Each of them undone alone. */
export const UNDONE: readonly (readonly [name: string, differences: Differences])[] = Object.keys(
  CHROMIUM,
).map((name) => [name, { ...CHROMIUM, [name]: false }]);
