import { readFileSync } from "node:fs";
import { join } from "node:path";
import { longText } from "./hostile-text.ts";
import type { Random } from "./random.ts";

// Texts of policy documents that somebody might write to harm, or an editor by mistake.

const ROOT = join(import.meta.dirname, "../..");

const WHOLE = `# all of the vocabulary
version: 1
preset: strict
policies:
  - name: partner-web
    description: Web shops of partners
    tags: [team:payments, env:prod]
    preset: strict
    enabled: true
    mode: enforce
    allowOrigins:
      - https://app.example.com
      - https://*.partner.example
      - '~https://pr-[0-9]+\\.preview\\.example\\.com'
    allowMethods: [GET, POST, PUT]
    allowHeaders: [content-type, x-api-key]
    exposeHeaders: [x-total-count]
    allowCredentials: true
    maxAge: 15m
    httpVersions: [HTTP/1.1, HTTP/2]
    requireOrigin: false
    preflight: answer
    webSocket: ignore
    behavior:
      refusedActual: forward
      refusalStatus: {origin: 404}
  - name: public-read
    allowOrigins: ["*"]
    allowMethods: [GET, HEAD]
applications:
  - name: mobile-portal
    origins: [https://m.example.net]
    apiGroups: [orders]
apiGroups:
  - name: orders
    match:
      - {host: api.example.com, path: /orders}
      - {route: orders-route}
    policies: [partner-web, public-read]
`;

const SMALL = "policies:\n  - name: web\n    allowOrigins: [https://app.example.com]\n";

const VALID: readonly string[] = [
  WHOLE,
  SMALL,
  readFileSync(join(ROOT, "envoy/policies.yaml"), "utf8"),
  '{"policies": [{"name": "web", "allowOrigins": ["https://app.example.com"], "maxAge": 5}]}\n',
];

const NAMES = "__proto__ constructor prototype hasOwnProperty toString valueOf then length".split(
  " ",
);

const NUMBERS =
  "1e400 -0 0x1F 0o17 1_000 .inf .nan 9007199254740993 1e-7 +1 007 12:30 99999999999999999999".split(
    " ",
  );

/** What may stand in place of a value, or of anything. */
const VALUES: readonly string[] = [
  ...NAMES,
  ...NUMBERS,
  ..."!!js/function 'x'|!!binary aGk=|!!timestamp 2020-01-01|!!set {a, b}|!!omap [a: b]|! x|!<tag:x> y".split(
    "|",
  ),
  ..."&a b|*a|*|<<|{<<: *a}|[*a, *a]|? x|? [a, b]|null|~|yes|on|- - - a|{a: {b: {c: d}}}".split(
    "|",
  ),
  ...["|\n      a\n      b", ">-\n      a", "'a\n      b'", '"\\ud800"', '"\\x00"', '"\\u202e"'],
  ..."https://app.example.com/|https://*.com|https://*|HTTP://A.example|https://xn--a|null|*".split(
    "|",
  ),
  ..."~(a+)+$|~https://.*|~(|~(?i)x|~[[:alpha:]]{1000}|https://a.example:99999|file://|a b".split(
    "|",
  ),
  ...["", " ", "\t", "\0", "\u{85}", "\u{feff}", "\u{2028}", "\u{1f600}", "ſ", "K", "\r", "\x7f"],
];

/** Lines that may stand anywhere. */
const LINES: readonly string[] = [
  ..."---|...|%YAML 1.1|%YAML 9.9|%TAG ! tag:x,2000:|# words|\t|  \t- a|<<: *a|&a|? |: |- ".split(
    "|",
  ),
  ...NAMES.map((name) => `${name}: {polluted: true}`),
  "policies: []",
  "version: 2",
  "version: 1",
];

/** Some changes of a document that was good, or none. */
export function documentText(random: Random): string {
  const changes = random.below(5);
  let text = random.pick(VALID);
  for (let change = 0; change < changes; change += 1) text = changed(random, text);
  return random.oneIn(12)
    ? text.replaceAll("\n", random.pick(["\r\n", "\r", "\n\n", "\u{2028}"]))
    : text;
}

function changed(random: Random, text: string): string {
  switch (random.below(8)) {
    case 0:
    case 1:
      return withToken(random, text, random.pick(VALUES));
    case 2:
      return withToken(random, text, random.pick(NAMES));
    case 3:
      return withLines(random, text, (lines, at) => lines.splice(at, 0, random.pick(LINES)));
    case 4:
      return withLines(random, text, (lines, at) =>
        lines.splice(at, 0, ...lines.slice(at, at + 1 + random.below(4))),
      );
    case 5:
      return withLines(random, text, (lines, at) => lines.splice(at, 1 + random.below(3)));
    case 6:
      return withLines(random, text, (lines, at) => {
        lines[at] = `${random.pick([" ", "  ", "\t", "- "])}${lines[at] ?? ""}`;
      });
    default:
      return anywhere(random, text);
  }
}

/** In place of a word: a key, a name, a value. */
function withToken(random: Random, text: string, token: string): string {
  const words = [...text.matchAll(/[A-Za-z0-9/.*~:-]+/g)];
  const { index = 0, 0: word = "" } = words[random.below(words.length + 1)] ?? {};
  // A key keeps its colon, mostly.
  const end =
    word.endsWith(":") && !random.oneIn(8) ? index + word.length - 1 : index + word.length;
  return text.slice(0, index) + token + text.slice(end);
}

function withLines(
  random: Random,
  text: string,
  change: (lines: string[], at: number) => void,
): string {
  const lines = text.split("\n");
  change(lines, random.below(lines.length));
  return lines.join("\n");
}

function anywhere(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const inserted = random.oneIn(20) ? longText(random).slice(0, 70_000) : random.pick(VALUES);
  return text.slice(0, at) + inserted + text.slice(at + random.below(3));
}

/** Texts whose size is the point; `size` is about how many bytes they have. */
export function largeText(random: Random, size: number): string {
  const unit = random.pick(REPEATED);
  const [start, again, end] = unit;
  return start + again.repeat(Math.max(1, Math.floor(size / again.length))) + end;
}

const REPEATED: readonly (readonly [start: string, again: string, end: string])[] = [
  ["", "[", ""],
  ["policies: ", "[", ""],
  ["", "{a: ", ""],
  ["", "- ", "a"],
  ["", "? ", "a"],
  ["", "!!str ", "a"],
  ["a: &a ", "&b ", "x"],
  ["", ",", ""],
  ["[", "a,", "]"],
  ["[", "[],", "]"],
  ["{", "a: b,", "}"],
  ["", "a: b\n", ""],
  ["", "---\n", ""],
  ["", "#\n", "a: b"],
  ["", " ", "a: b"],
  ["a:", " ", "b"],
  ["a", " ", "b"],
  ["", "\n", "a: b"],
  ["", "\t", "a: b"],
  ["'", "''", "'"],
  ['a: "', "\\n", '"'],
  ['a: "', "a \n ", '"'],
  ["a: |\n", "  b\n", ""],
  ["a: >\n", "  b\n\n", ""],
  ["", "a", ": b"],
  ["", "*a ", ""],
  ["&a [", "*a, ", "]"],
  ["x: &a [b]\ny: [", "*a, ", "]"],
  ["policies: [", "{name: a}, ", "]"],
  ["policies:\n", "  - name: a\n    allowOrigins: [https://a.example/]\n", ""],
  [SMALL.replace("]\n", ""), ", https://app.example.com", "]\n"],
  [SMALL.replace("]\n", ""), ", '~(a+)+b'", "]\n"],
  [SMALL, "applications: []\n", ""],
  [`${SMALL}    description: `, "x", "\n"],
  ["policies:\n  - name: ", "x", "\n"],
];

/** A few lines that stand for billions. */
export function bombText(random: Random): string {
  const levels = random.between(2, 40);
  const width = random.between(1, 12);
  const lines = Array.from({ length: levels }, (_, level) => {
    const inner = level === 0 ? "lol" : `*a${level - 1}`;
    const items = Array.from({ length: width }, (_, at) =>
      random.oneIn(2) ? inner : `{k${at}: ${inner}}`,
    );
    return `a${level}: &a${level} [${items.join(", ")}]`;
  });
  return random.oneIn(2) ? `${lines.join("\n")}\n` : `${SMALL}x:\n  ${lines.join("\n  ")}\n`;
}
