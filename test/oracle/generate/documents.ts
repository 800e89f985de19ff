import fc from "fast-check";
import {
  PRESET_NAMES,
  type StarOrList,
  type WrittenApplication,
  type WrittenBehavior,
  type WrittenDocument,
  type WrittenGroup,
  type WrittenMatch,
  type WrittenPolicy,
} from "../model/written.ts";
import { CAREFUL_PATTERNS, COVERING_PATTERNS, OPAQUE } from "./origins.ts";
import { HOST_PATTERNS, PATH_PREFIXES, ROUTES } from "./places.ts";

// Documents without errors: what is left out has a default, and what stands beside credentials may.

export const POLICY_NAMES = ["web", "partner", "public", "old"] as const;
export const GROUP_NAMES = ["orders", "catalogue", "rest"] as const;

const METHODS = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "DELETE",
  "patch",
  "PATCH",
  "OPTIONS",
  "X-Y",
] as const;
const HEADERS = ["content-type", "X-Api-Key", "x-a", "X-B", "authorization"] as const;
const EXPOSED = ["x-total-count", "X-Page", "etag"] as const;
const VERSIONS = ["HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/3"] as const;
const MAX_AGES = [
  -1,
  0,
  1,
  600,
  "0",
  "-1",
  "600",
  "30s",
  "15m",
  "2h",
  "1d",
  2_147_483_647,
] as const;

function listOf<T>(values: readonly T[], minLength = 0): fc.Arbitrary<readonly T[]> {
  return fc.shuffledSubarray([...values], { minLength });
}

function starOr(values: readonly string[]): fc.Arbitrary<StarOrList> {
  return fc.oneof(
    { arbitrary: listOf(values), weight: 5 },
    { arbitrary: fc.constant("*"), weight: 2 },
    { arbitrary: fc.constant(["*"]), weight: 1 },
  );
}

const status = fc.integer({ min: 400, max: 499 });

const behavior: fc.Arbitrary<WrittenBehavior> = fc.record(
  {
    refusedActual: fc.constantFrom("reject", "forward"),
    refusedPreflight: fc.constantFrom("reject", "bare", "forward"),
    preflightStatus: fc.integer({ min: 200, max: 299 }),
    refusalStatus: fc.record(
      {
        origin: status,
        method: status,
        header: status,
        httpVersion: status,
        missingOrigin: status,
      },
      { requiredKeys: [] },
    ),
    checkRequested: fc.boolean(),
    checkActualMethod: fc.boolean(),
    safelistedMethods: fc.constantFrom("listed", "always"),
    sameOrigin: fc.constantFrom("exempt", "check"),
    anyOriginAnswer: fc.constantFrom("star", "echo"),
    exposeOnPreflight: fc.boolean(),
  },
  { requiredKeys: [] },
);

type Access = Pick<
  WrittenPolicy,
  "allowOrigins" | "allowCredentials" | "dangerouslyAllowAnyOriginWithCredentials"
>;

/** At least one of the two that most requests have, so that most documents admit somebody. */
const someCareful = fc
  .tuple(
    fc.constantFrom("https://app.example.com", "https://*.example.com:*"),
    fc.shuffledSubarray([...CAREFUL_PATTERNS], { maxLength: 4 }),
  )
  .map(([first, others]) => [...new Set([...others, first])]);
const star = fc.constantFrom<StarOrList[]>("*", ["*"]);
const careless = fc.shuffledSubarray([...CAREFUL_PATTERNS, ...COVERING_PATTERNS, OPAQUE], {
  maxLength: 4,
});
const covering = fc.shuffledSubarray([...CAREFUL_PATTERNS, ...COVERING_PATTERNS], { maxLength: 4 });

/** Origins and credentials, as far as they may stand beside each other. */
const access: fc.Arbitrary<Access> = fc.oneof(
  { arbitrary: fc.record({ allowOrigins: someCareful }), weight: 4 },
  {
    arbitrary: fc.record({ allowOrigins: someCareful, allowCredentials: fc.constant(true) }),
    weight: 3,
  },
  { arbitrary: fc.record({ allowOrigins: star }), weight: 3 },
  fc.record({ allowOrigins: careless, allowCredentials: fc.constant(false) }),
  fc.record({
    allowOrigins: fc.oneof(star, covering),
    allowCredentials: fc.constant(true),
    dangerouslyAllowAnyOriginWithCredentials: fc.constant(true),
  }),
  fc.constant({}),
);

const options: fc.Arbitrary<Omit<WrittenPolicy, "name">> = fc.record(
  {
    description: fc.constant('Web shops: of "partners" # and others'),
    tags: fc.constant(["team:payments"]),
    preset: fc.constantFrom(...PRESET_NAMES),
    enabled: fc.oneof({ arbitrary: fc.constant(true), weight: 7 }, fc.constant(false)),
    mode: fc.oneof(
      { arbitrary: fc.constant("enforce" as const), weight: 4 },
      fc.constant("shadow" as const),
    ),
    allowMethods: starOr(METHODS),
    allowHeaders: starOr(HEADERS),
    exposeHeaders: starOr(EXPOSED),
    maxAge: fc.constantFrom(...MAX_AGES),
    preflight: fc.constantFrom("answer", "continue"),
    webSocket: fc.constantFrom("ignore", "check"),
    allowPrivateNetwork: fc.boolean(),
    timingAllowOrigin: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** What would hide the rest if it came as often as the others. */
const rareOptions: fc.Arbitrary<Omit<WrittenPolicy, "name">> = fc.record(
  {
    httpVersions: listOf(VERSIONS),
    requireOrigin: fc.boolean(),
    behavior,
  },
  { requiredKeys: [] },
);

function policy(name: string): fc.Arbitrary<WrittenPolicy> {
  const rare = fc.oneof({ arbitrary: rareOptions, weight: 1 }, fc.constant({}));
  return fc
    .tuple(access, options, rare)
    .map(([granted, common, uncommon]) => ({ name, ...common, ...uncommon, ...granted }));
}

const entry = {
  host: fc.constantFrom(...HOST_PATTERNS),
  path: fc.constantFrom(...PATH_PREFIXES),
  route: fc.constantFrom(...ROUTES),
};

/** Routes once in a while only: an entry with one goes before all others. */
const match: fc.Arbitrary<WrittenMatch> = fc.oneof(
  { arbitrary: fc.record({ path: entry.path }), weight: 4 },
  { arbitrary: fc.record({ host: entry.host }), weight: 3 },
  { arbitrary: fc.record({ host: entry.host, path: entry.path }), weight: 4 },
  fc.record({ route: entry.route, path: entry.path }),
  fc.record(entry),
);

function group(name: string): fc.Arbitrary<WrittenGroup> {
  return fc.record({
    name: fc.constant(name),
    match: fc.array(match, { maxLength: 3 }),
    policies: listOf(POLICY_NAMES),
  });
}

/** One that only the deployment can name. */
function hiddenGroup(name: string): fc.Arbitrary<WrittenGroup> {
  return fc.record({ name: fc.constant(name), policies: listOf(POLICY_NAMES) });
}

const applicationOrigins: fc.Arbitrary<StarOrList> = fc.oneof(
  { arbitrary: fc.shuffledSubarray([...CAREFUL_PATTERNS], { maxLength: 3 }), weight: 3 },
  careless,
  star,
);

function application(name: string, hasGroups: boolean): fc.Arbitrary<WrittenApplication> {
  const apiGroups = hasGroups ? starOr(GROUP_NAMES) : star;
  return fc.record(
    { name: fc.constant(name), origins: applicationOrigins, apiGroups },
    { requiredKeys: ["name", "origins"] },
  );
}

const groups = fc
  .tuple(
    fc.tuple(...GROUP_NAMES.map(group)),
    fc.option(hiddenGroup("hidden"), { freq: 3, nil: undefined }),
    fc.constantFrom<WrittenMatch[]>({ path: "/" }, { host: "*.example.com" }, { path: "/none" }),
  )
  .map(([[first, ...others], hidden, wide]) => [
    // Wide enough that most requests belong somewhere.
    ...(first === undefined ? [] : [{ ...first, match: [...(first.match ?? []), wide] }]),
    ...others,
    ...(hidden === undefined ? [] : [hidden]),
  ]);

function documentWith(hasGroups: boolean): fc.Arbitrary<WrittenDocument> {
  const policies = hasGroups
    ? fc.tuple(...POLICY_NAMES.map(policy))
    : fc
        .shuffledSubarray([...POLICY_NAMES], { minLength: 1, maxLength: 3 })
        .chain((names) => fc.tuple(...names.map(policy)));
  const applications = fc.oneof(
    { arbitrary: fc.constant(undefined), weight: 2 },
    fc.tuple(application("portal", hasGroups), application("kiosk", hasGroups)),
  );
  return fc
    .record({
      version: fc.constantFrom(undefined, 1),
      preset: fc.constantFrom(undefined, ...PRESET_NAMES),
      policies,
      applications,
      apiGroups: hasGroups ? groups : fc.constant(undefined),
    })
    .map(withoutUndefined)
    .map(withoutErrors);
}

type Draft = { readonly [K in keyof WrittenDocument]: WrittenDocument[K] | undefined } & {
  readonly policies: readonly WrittenPolicy[];
};

function withoutUndefined(draft: Draft): WrittenDocument {
  const entries = Object.entries(draft).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as WrittenDocument;
}

/** Fills in what a preset has no default for, and takes away what may not stand beside credentials. */
function withoutErrors(document: WrittenDocument): WrittenDocument {
  const policies = document.policies.map((written) => repaired(document, written));
  const isCareful = policies.some(({ allowCredentials }) => allowCredentials === true);
  const { applications } = document;
  if (applications === undefined) return { ...document, policies };
  const admitted = isCareful ? applications.map(carefully) : applications;
  return { ...document, policies, applications: admitted };
}

function repaired(document: WrittenDocument, written: WrittenPolicy): WrittenPolicy {
  const preset = written.preset ?? document.preset;
  if (preset === "webmethods") return { allowMethods: ["GET", "POST"], ...written };
  if (preset === "api-groups") return { httpVersions: ["HTTP/1.1", "HTTP/2"], ...written };
  return written;
}

function carefully(written: WrittenApplication): WrittenApplication {
  const { origins } = written;
  const list = typeof origins === "string" ? [] : origins;
  const isCareful = (pattern: string): boolean =>
    (CAREFUL_PATTERNS as readonly string[]).includes(pattern);
  return { ...written, origins: list.filter(isCareful) };
}

export const writtenDocument: fc.Arbitrary<WrittenDocument> = fc.oneof(
  { arbitrary: documentWith(true), weight: 3 },
  { arbitrary: documentWith(false), weight: 2 },
);
