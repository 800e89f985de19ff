import { faultsOfAccess } from "./access-faults.ts";
import { meaningOf } from "./meaning.ts";
import { faultOfPattern } from "./pattern-faults.ts";
import { PRESETS } from "./presets.ts";
import { isToken } from "./requested.ts";
import { PRESET_NAMES, type WrittenDocument } from "./written.ts";

// Why a document is refused, by the main rules of docs/policy.md: what is no vocabulary, what is out of its bounds, what
// refers to nothing. Of a document that passes, access-faults.ts then says what would let strangers in.

/** Says what is wrong with a value; undefined: nothing. */
type Rule = (value: unknown) => string | undefined;

/** Empty: the document can be used. */
export function faultsOf(document: unknown): readonly string[] {
  const shape = DOCUMENT(document);
  if (shape !== undefined) return [shape];
  const written = document as WrittenDocument;
  const relations = [...faultsOfNames(written), ...faultsOfPresets(written)];
  return relations.length > 0 ? relations : faultsOfAccess(meaningOf(written));
}

function when(isWrong: (value: unknown) => boolean, fault: string): Rule {
  return (value) => (isWrong(value) ? `${fault}: ${JSON.stringify(value)}` : undefined);
}

function oneOf(...words: readonly unknown[]): Rule {
  return when((value) => !words.includes(value), "unknown word");
}

function text(pattern: RegExp, max: number): Rule {
  return when(
    (value) => typeof value !== "string" || value.length > max || !pattern.test(value),
    "not such a text",
  );
}

function whole(min: number, max: number): Rule {
  return when(
    (value) => !Number.isInteger(value) || Number(value) < min || Number(value) > max,
    "not such a number",
  );
}

function listOf(rule: Rule, maxLength = Number.POSITIVE_INFINITY): Rule {
  return (value) => {
    if (!Array.isArray(value) || value.length > maxLength) return "not such a list";
    return value.map(rule).find((fault) => fault !== undefined);
  };
}

/** `"*"`, or a list, in which `*` stands alone. */
function starOr(rule: Rule): Rule {
  const list = listOf(rule);
  return (value) => {
    if (value === "*") return undefined;
    const holdsStar = Array.isArray(value) && value.includes("*");
    if (holdsStar) return value.length === 1 ? undefined : "`*` beside others";
    return list(value);
  };
}

function record(rules: { readonly [key: string]: Rule }, ...needed: readonly string[]): Rule {
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return "not a map";
    const missing = needed.find((key) => !(key in value));
    if (missing !== undefined) return `missing ${missing}`;
    for (const [key, item] of Object.entries(value)) {
      const rule = rules[key];
      const fault = rule === undefined ? "unknown" : rule(item);
      if (fault !== undefined) return `${key}: ${fault}`;
    }
    return undefined;
  };
}

const FLAG = oneOf(true, false);
const NAME = text(/^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$/, 63);
const PRESET = oneOf(...PRESET_NAMES);
const STATUS = whole(400, 499);

const CORS_HEADER =
  /^access-control-(allow-(origin|credentials|methods|headers)|max-age|expose-headers)$/i;

function token(max: number): Rule {
  return when(
    (value) => typeof value !== "string" || value.length > max || !isToken(value),
    "no token",
  );
}

const METHODS = starOr(token(64));
const isCorsHeader = when((value) => CORS_HEADER.test(String(value)), "a CORS header");
const HEADERS = starOr((value) => token(256)(value) ?? isCorsHeader(value));
const ORIGINS = starOr((value) =>
  typeof value === "string" ? faultOfPattern(value) : "not a text",
);

const MAX_AGE = when((value) => {
  const [, number, unit = "s"] = /^(-?\d+)([smhd])?$/.exec(String(value)) ?? [];
  const seconds = Number(number) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit] ?? 0);
  return !(seconds >= -1 && seconds <= 2 ** 31 - 1);
}, "no such duration");

const BEHAVIOR = record({
  refusedActual: oneOf("reject", "forward"),
  refusedPreflight: oneOf("reject", "bare", "forward"),
  preflightStatus: whole(200, 299),
  refusalStatus: record({
    origin: STATUS,
    method: STATUS,
    header: STATUS,
    httpVersion: STATUS,
    missingOrigin: STATUS,
  }),
  checkRequested: FLAG,
  checkActualMethod: FLAG,
  safelistedMethods: oneOf("listed", "always"),
  sameOrigin: oneOf("exempt", "check"),
  anyOriginAnswer: oneOf("star", "echo"),
  exposeOnPreflight: FLAG,
});

const POLICY = record(
  {
    name: NAME,
    description: text(/./s, 1024),
    tags: listOf(text(/^[^\s\p{C}]+( [^\s\p{C}]+)*$/u, 64), 16),
    preset: PRESET,
    enabled: FLAG,
    mode: oneOf("enforce", "shadow"),
    allowOrigins: ORIGINS,
    allowMethods: METHODS,
    allowHeaders: HEADERS,
    exposeHeaders: HEADERS,
    allowCredentials: FLAG,
    dangerouslyAllowAnyOriginWithCredentials: FLAG,
    maxAge: MAX_AGE,
    httpVersions: listOf(oneOf("HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/3")),
    requireOrigin: FLAG,
    preflight: oneOf("answer", "continue"),
    webSocket: oneOf("ignore", "check"),
    allowPrivateNetwork: FLAG,
    timingAllowOrigin: FLAG,
    behavior: BEHAVIOR,
  },
  "name",
);

const HOST = when((value) => {
  if (typeof value !== "string") return true;
  const host = value.replace(/^\*\./, "");
  const isName = faultOfPattern(`http://${value}`) === undefined;
  return !isName || host === "*" || host.endsWith(".") || /:\d*$/.test(host.replace(/^\[.*\]/, ""));
}, "no such host");

const PATH_FAULT =
  /[^\x21-\x7e]|[?#;\\]|\/\/|\/\.\.?(\/|$)|\/\*\*?(\/|$)|%(?![0-9a-f]{2})|%(2f|5c|3b|2e|25|3f|23)/i;
const PATH = when(
  (value) =>
    typeof value !== "string" ||
    !value.startsWith("/") ||
    value.length > 1024 ||
    PATH_FAULT.test(value),
  "no such path",
);

const MATCH_ENTRY = record({ host: HOST, path: PATH, route: text(/./s, 256) });
const NO_KEY = when((value) => Object.keys(Object(value)).length === 0, "without a key");

const GROUP = record(
  {
    name: NAME,
    match: listOf((value) => MATCH_ENTRY(value) ?? NO_KEY(value)),
    policies: listOf(NAME),
  },
  "name",
  "policies",
);

const APPLICATION = record(
  { name: NAME, origins: ORIGINS, apiGroups: starOr(NAME) },
  "name",
  "origins",
);

const POLICIES = listOf(POLICY);
const NO_POLICY = when((value) => Array.isArray(value) && value.length === 0, "no policy");

const DOCUMENT = record(
  {
    version: oneOf(1),
    preset: PRESET,
    policies: (value) => POLICIES(value) ?? NO_POLICY(value),
    applications: listOf(APPLICATION),
    apiGroups: listOf(GROUP),
  },
  "policies",
);

/** Each name once, and each reference to a name that is there. */
function faultsOfNames(document: WrittenDocument): readonly string[] {
  const { policies, applications = [], apiGroups } = document;
  const nameOf = ({ name }: { readonly name: string }): string => name;
  const groups = apiGroups?.map(nameOf);
  const faults = [
    repeated(policies.map(nameOf)),
    repeated(applications.map(nameOf)),
    repeated(groups ?? []),
    ...(apiGroups ?? []).map((group) => dangling(group.policies, policies.map(nameOf))),
    ...applications.map(({ apiGroups: names = "*" }) => {
      const isAll = typeof names === "string" || names.join() === "*";
      return isAll ? undefined : dangling(names, groups ?? []);
    }),
  ];
  return faults.filter((fault) => fault !== undefined);
}

function repeated(names: readonly string[]): string | undefined {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? undefined : `${twice} stands twice`;
}

function dangling(names: readonly string[], known: readonly string[]): string | undefined {
  const unknown = names.find((name) => !known.includes(name));
  return unknown === undefined ? repeated(names) : `there is no ${unknown}`;
}

/** Fields for which a preset has no default. */
function faultsOfPresets({ preset: common = "strict", policies }: WrittenDocument): string[] {
  return policies.flatMap(({ name, preset = common, allowMethods, httpVersions }) => {
    const { defaults } = PRESETS[preset];
    const lacksMethods = allowMethods === undefined && defaults.allowMethods === undefined;
    const lacksVersions = httpVersions === undefined && defaults.httpVersions === undefined;
    return lacksMethods || lacksVersions ? [`${name} leaves out what ${preset} needs`] : [];
  });
}
