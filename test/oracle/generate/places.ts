import fc from "fast-check";

// Where a request goes: hosts, paths and routes of which one is the beginning of another.

export const HOST_PATTERNS = [
  "api.example.com",
  "API.example.com",
  "*.example.com",
  "*.com",
  "*.api.example.com",
  "example.com",
  "[::1]",
  "127.0.0.1",
] as const;

export const PATH_PREFIXES = [
  "/",
  "/orders",
  "/orders/",
  "/orders/items",
  "/ord",
  "/Orders",
  "/a/b",
  "/a",
  "/caf%C3%A9",
  "/%61/b",
] as const;

export const ROUTES = ["r-orders", "r-rest"] as const;

const AUTHORITIES = [
  "api.example.com",
  "api.example.com",
  "api.example.com:8443",
  "API.Example.COM",
  "api.example.com.",
  "api.example.com.:443",
  "api.example.com..",
  "v1.api.example.com",
  "a.v1.api.example.com:80",
  "example.com",
  "example.com:99999",
  "xexample.com",
  "www.example.com",
  ".example.com",
  "other.example",
  "[::1]",
  "[::1]:8080",
  "127.0.0.1:8080",
  "user@api.example.com",
  "user:pass@api.example.com:443",
  "api.example.com:",
  "api.example.com:8o",
  "api.example.com:80:80",
  "api..example.com",
  "[::1].",
  "[::1",
  "",
] as const;

const PATHS = [
  "/orders",
  "/orders",
  "/orders/",
  "/orders/items",
  "/orders/items/7?x=/../a",
  "/orders2",
  "/ord",
  "/Orders/1",
  "/a",
  "/a/b/c",
  "/ab",
  "/other",
  "/",
  "/?/orders",
  "*",
  "",
] as const;

/** Paths that two servers may read as two. */
const ODD_PATHS = [
  "//orders",
  "//orders//items",
  "/./orders",
  "/x/../orders",
  "/orders/../a",
  "/orders/..",
  "/../orders",
  "/x/..;/orders",
  "/x/..;a=b/orders/1",
  "/orders;v=1/items",
  "/;/orders",
  "/;a/orders",
  "/x/%2e%2e/orders",
  "/x/%2E./orders",
  "/x/..%2forders",
  "/%2Forders",
  "/%6frders",
  "/orders%2fitems",
  "/orders%3bv=1",
  "/orders%3fx=1",
  "/orders%5citems",
  "/\\orders",
  "\\orders",
  "/x\\..\\orders",
  "/x/..%5corders",
  "/%252forders",
  "/x/%252e%252e/orders",
  "/orders%",
  "/orders%2",
  "/orders%zz/items",
  "/orders%00",
  "/%c3%b6rders",
  "/orders/%2e%2e/%2e%2e/a/b",
  "/orders/.;x/items",
  "/a/;b/b",
  "/a/b;/c",
  "orders",
  "/a//b",
  "/a/./b",
  "/caf%C3%A9/1",
  "/caf%c3%a9",
  "/caf\u00c3\u00a9",
  "/%61/b",
] as const;

/** Paths of few parts, of which every order may come. */
const builtPath = fc
  .array(
    fc.constantFrom(
      "/",
      "/",
      "orders",
      "a",
      "b",
      "items",
      "..",
      ".",
      ";",
      "%2f",
      "%2e",
      "%5C",
      "\\",
      "%3b",
      "?",
      "%",
    ),
    { minLength: 1, maxLength: 9 },
  )
  .map((parts) => `/${parts.join("")}`);

export const receivedPath: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constantFrom(...PATHS), weight: 8 },
  { arbitrary: fc.constantFrom(...ODD_PATHS), weight: 2 },
  { arbitrary: builtPath, weight: 1 },
);

export const receivedAuthority: fc.Arbitrary<string | undefined> = fc.oneof(
  { arbitrary: fc.constantFrom(...AUTHORITIES), weight: 20 },
  fc.constant(undefined),
);

export const receivedRoute: fc.Arbitrary<string | undefined> = fc.oneof(
  { arbitrary: fc.constant(undefined), weight: 2 },
  fc.constantFrom(...ROUTES, "", "R-orders", "r-orders2"),
);
