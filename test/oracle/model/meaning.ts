import { PRESETS, type Switches } from "./presets.ts";
import type {
  PresetName,
  StarOrList,
  WrittenApplication,
  WrittenDocument,
  WrittenMatch,
  WrittenPolicy,
} from "./written.ts";

/** A policy with nothing left out. */
export type Policy = {
  readonly name: string;
  readonly preset: PresetName;
  readonly enabled: boolean;
  readonly shadow: boolean;
  readonly origins: "*" | readonly string[];
  readonly methods: "*" | readonly string[];
  readonly headers: "*" | readonly string[];
  readonly exposed: "*" | readonly string[];
  readonly credentials: boolean;
  readonly dangerous: boolean;
  /** Seconds; `none`: the header is not sent. */
  readonly maxAge: number | "none";
  readonly httpVersions: "all" | readonly string[];
  readonly requireOrigin: boolean;
  readonly preflight: "answer" | "continue";
  readonly webSocket: "ignore" | "check";
  readonly privateNetwork: boolean;
  readonly timing: boolean;
  readonly switches: Switches;
};

export type Application = {
  readonly name: string;
  readonly origins: "*" | readonly string[];
};

export type Group = {
  readonly name: string;
  readonly match: readonly WrittenMatch[];
  /** In their order, disabled and shadow ones too. */
  readonly policies: readonly Policy[];
  readonly applications: readonly Application[];
};

/** What a document says once presets and defaults are filled in. The document has to be one without errors. */
export type Meaning = {
  readonly groups: readonly Group[];
  /** Policies that stand in none. */
  readonly unattached: readonly Policy[];
};

const ALL_VERSIONS = ["HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/3"];
const SECONDS: { readonly [unit: string]: number } = { s: 1, m: 60, h: 3600, d: 86_400 };

/** What a field means that is left out, in every preset. */
const LEFT_OUT = {
  enabled: true,
  mode: "enforce",
  exposeHeaders: [],
  allowCredentials: false,
  dangerouslyAllowAnyOriginWithCredentials: false,
  requireOrigin: false,
  preflight: "answer",
  webSocket: "ignore",
  allowPrivateNetwork: false,
  timingAllowOrigin: false,
} satisfies Partial<WrittenPolicy>;

export function meaningOf(document: WrittenDocument): Meaning {
  const policies = document.policies.map((written) => policyOf(document, written));
  const { applications = [], apiGroups } = document;
  // Without groups there is one, of everything.
  if (apiGroups === undefined) {
    const match: readonly WrittenMatch[] = [{}];
    const everyone = applications.map(applicationOf);
    const group = { name: "default", match, policies, applications: everyone };
    return { groups: [group], unattached: [] };
  }
  const groups = apiGroups.map(({ name, match = [], policies: names }) => ({
    name,
    match,
    policies: names.flatMap((each) => policies.filter((policy) => policy.name === each)),
    applications: applications.filter((each) => belongsTo(each, name)).map(applicationOf),
  }));
  const isAttached = (policy: Policy): boolean =>
    groups.some((group) => group.policies.includes(policy));
  return { groups, unattached: policies.filter((policy) => !isAttached(policy)) };
}

function belongsTo({ apiGroups = "*" }: WrittenApplication, group: string): boolean {
  const names = starOrList(apiGroups);
  return names === "*" || names.includes(group);
}

function applicationOf({ name, origins }: WrittenApplication): Application {
  return { name, origins: starOrList(origins) };
}

export function policyOf(document: WrittenDocument, written: WrittenPolicy): Policy {
  const preset = written.preset ?? document.preset ?? "strict";
  const { switches, defaults } = PRESETS[preset];
  const { refusalStatus, ...behavior } = written.behavior ?? {};
  const said = { ...LEFT_OUT, ...defaults, ...written };
  return {
    name: written.name,
    preset,
    enabled: said.enabled,
    shadow: said.mode === "shadow",
    origins: starOrList(said.allowOrigins),
    methods: starOrList(required(said.allowMethods)),
    headers: starOrList(said.allowHeaders),
    exposed: starOrList(said.exposeHeaders),
    credentials: said.allowCredentials,
    dangerous: said.dangerouslyAllowAnyOriginWithCredentials,
    maxAge: maxAgeOf(said.maxAge),
    httpVersions: versionsOf(required(said.httpVersions)),
    requireOrigin: said.requireOrigin,
    preflight: said.preflight,
    webSocket: said.webSocket,
    privateNetwork: said.allowPrivateNetwork,
    timing: said.timingAllowOrigin,
    switches: {
      ...switches,
      ...behavior,
      refusalStatus: { ...switches.refusalStatus, ...refusalStatus },
    },
  };
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("left out, where the preset has no default");
  return value;
}

export function starOrList(written: StarOrList): "*" | readonly string[] {
  if (typeof written === "string") return "*";
  return written.length === 1 && written[0] === "*" ? "*" : written;
}

function maxAgeOf(written: number | string): number | "none" {
  if (written === "none") return "none";
  const [, number, unit = "s"] = /^(-?\d+)([smhd])?$/.exec(String(written)) ?? [];
  const seconds = Number(number) * (SECONDS[unit] ?? Number.NaN);
  return seconds === -1 ? "none" : seconds;
}

function versionsOf(written: "all" | readonly string[]): "all" | readonly string[] {
  if (written === "all") return "all";
  return ALL_VERSIONS.every((version) => written.includes(version)) ? "all" : written;
}
