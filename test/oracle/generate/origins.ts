import fc from "fast-check";

// Few names, close to each other: hits and near misses are both frequent.

/** Patterns that may stand beside credentials. */
export const CAREFUL_PATTERNS = [
  "https://app.example.com",
  "HTTPS://App.Example.com:443",
  "https://app.example.com:8443",
  "https://app.example.com:*",
  "https://app.example.com.",
  "https://*.example.com",
  "https://*.example.com:8443",
  "https://*.example.com:*",
  "https://*.app.example.com",
  "https://a_b.example.com",
  "http://app.example.com",
  "http://app.example.com:80",
  "http://localhost:3000",
  "http://127.0.0.1:*",
  "http://[::1]:3000",
  "capacitor://localhost",
  "wss://app.example.com:443",
  "~https://pr-[0-9]+\\.example\\.com",
  "~https://(a|b)\\.app\\.example\\.com(:[0-9]+)?",
  "~(http|capacitor)://localhost(:3000)?",
] as const;

/** Patterns that may not, whatever the policy says. */
export const OPAQUE = "null";

/** Patterns that cover every origin of some sort. */
export const COVERING_PATTERNS = [
  "https://*",
  "https://*:*",
  "http://*",
  "~.*",
  "~https?://.+",
] as const;

const ORIGINS = [
  "https://app.example.com",
  "https://app.example.com:443",
  "https://app.example.com:8443",
  "https://app.example.com.",
  "https://a.app.example.com",
  "https://b.app.example.com:99",
  "https://a.b.app.example.com:8443",
  "https://a_b.example.com",
  "https://pr-17.example.com",
  "https://example.com",
  "https://xapp.example.com",
  "https://evilexample.com",
  "http://app.example.com",
  "http://app.example.com:80",
  "http://app.example.com:443",
  "http://localhost:3000",
  "http://localhost",
  "http://127.0.0.1",
  "http://127.0.0.1:8080",
  "http://[::1]:3000",
  "http://[::1]",
  "capacitor://localhost",
  "wss://app.example.com",
  "wss://app.example.com:443",
  "https://api.example.com",
  "http://api.example.com",
  "https://api.example.com:8443",
  "null",
] as const;

const LABEL_63 = "a".repeat(63);
const HOST_253 = [LABEL_63, LABEL_63, LABEL_63, "b".repeat(49), "example.com"].join(".");

/** Texts that are no origin, or only just one. */
const ODD_ORIGINS = [
  "",
  "NULL",
  "null ",
  "null, null",
  "https://",
  "https:// ",
  "//app.example.com",
  "app.example.com",
  "https:app.example.com",
  "https:///app.example.com",
  "https://app.example.com:",
  "https://app.example.com:0",
  "https://app.example.com:00443",
  "https://app.example.com:65535",
  "https://app.example.com:65536",
  "https://app.example.com:*",
  "https://*.example.com",
  "https://*",
  "*",
  "https://user@app.example.com",
  "https://app..example.com",
  "https://.example.com",
  "https://app.example.com..",
  "https://-app.example.com",
  "https://ap\u00fc.example.com",
  "https://xn--ap-xka.example.com",
  "https://app%2eexample.com",
  "https://app.example.com\\.evil.example",
  "https://app.example.com, https://app.example.com",
  "https://app.example.com,https://evil.example",
  "https://app.example.com https://evil.example",
  "https://app.example.com\t",
  "https://app.example.com\u0000",
  "1https://app.example.com",
  "ht+t-p.s://app.example.com",
  "file://",
  "http://[::1",
  "http://::1",
  "http://[::1]3000",
  "http://[::g]",
  "http://[]",
  "http://[::ffff:127.0.0.1]",
  "http://[0:0:0:0:0:0:0:1]:3000",
  "http://[fe80::1%25eth0]",
  "http://127.1",
  "http://0x7f.0.0.1",
  "http://256.256.256.256",
  `https://${LABEL_63}.example.com`,
  `https://${LABEL_63}a.example.com`,
  `https://${HOST_253}`,
  `https://${HOST_253}.`,
  `https://${HOST_253}:65535`,
  `https://b${HOST_253}`,
  `${"s".repeat(493)}://app.example.com`,
  `${"s".repeat(494)}://app.example.com`,
  `https://${"a.".repeat(300)}example.com`,
] as const;

/** What stands beside an origin that is admitted, a character away. */
type Twist = (origin: string) => string;
const TWISTS: readonly Twist[] = [
  (origin) => origin.toUpperCase(),
  (origin) => origin.replace("app", "ApP"),
  (origin) => `${origin}/`,
  (origin) => `${origin}.`,
  (origin) => ` ${origin}`,
  (origin) => `${origin}:443`,
  (origin) => `${origin}:80`,
  (origin) => `${origin}:8443`,
  (origin) => `${origin}.evil.example`,
  (origin) => `${origin}, ${origin}`,
  (origin) => origin.replace("://", "://a."),
  (origin) => origin.replace("://", "://evil"),
  (origin) => origin.replace("https", "http"),
  (origin) => origin.replace("http:", "https:"),
  (origin) => origin.replace(".example", "xexample"),
  (origin) => origin.slice(0, -1),
];

const known = fc.constantFrom(...ORIGINS);
const twisted = fc.tuple(known, fc.constantFrom(...TWISTS)).map(([origin, twist]) => twist(origin));

export const receivedOrigin: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constant("https://app.example.com"), weight: 4 },
  { arbitrary: known, weight: 6 },
  { arbitrary: fc.constant("null"), weight: 1 },
  { arbitrary: twisted, weight: 2 },
  { arbitrary: fc.constantFrom(...ODD_ORIGINS), weight: 1 },
);
