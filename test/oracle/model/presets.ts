import type { PresetName, WrittenBehavior } from "./written.ts";

type Complete<T> = { readonly [K in keyof T]-?: NonNullable<T[K]> };
type Statuses = Complete<NonNullable<WrittenBehavior["refusalStatus"]>>;

/** Every switch, none left out. */
export type Switches = Complete<Omit<WrittenBehavior, "refusalStatus">> & {
  readonly refusalStatus: Statuses;
};

/** What a field means that is left out; undefined: leaving it out is an error. */
export type Defaults = {
  readonly allowOrigins: "*" | readonly string[];
  readonly allowMethods: "*" | readonly string[] | undefined;
  readonly allowHeaders: "*" | readonly string[];
  readonly httpVersions: "all" | undefined;
  readonly maxAge: number | "none";
};

type Preset = { readonly switches: Switches; readonly defaults: Defaults };

const READS = ["GET", "HEAD", "POST"];

function statuses(origin: number, method: number, header: number): Statuses {
  return { origin, method, header, httpVersion: 403, missingOrigin: 403 };
}

// Column by column, the table of docs/presets.md.
export const PRESETS: { readonly [name in PresetName]: Preset } = {
  strict: {
    switches: {
      refusedActual: "reject",
      refusedPreflight: "reject",
      preflightStatus: 200,
      refusalStatus: statuses(403, 405, 403),
      checkRequested: true,
      checkActualMethod: true,
      safelistedMethods: "listed",
      sameOrigin: "exempt",
      anyOriginAnswer: "star",
      exposeOnPreflight: false,
    },
    defaults: {
      allowOrigins: [],
      allowMethods: READS,
      allowHeaders: [],
      httpVersions: "all",
      maxAge: "none",
    },
  },
  webmethods: {
    switches: {
      refusedActual: "reject",
      refusedPreflight: "reject",
      preflightStatus: 200,
      refusalStatus: statuses(403, 405, 403),
      checkRequested: true,
      checkActualMethod: false,
      safelistedMethods: "listed",
      sameOrigin: "exempt",
      anyOriginAnswer: "star",
      exposeOnPreflight: false,
    },
    defaults: {
      allowOrigins: [],
      allowMethods: undefined,
      allowHeaders: [],
      httpVersions: "all",
      maxAge: "none",
    },
  },
  "api-groups": {
    switches: {
      refusedActual: "reject",
      refusedPreflight: "reject",
      preflightStatus: 200,
      refusalStatus: statuses(403, 405, 403),
      checkRequested: true,
      checkActualMethod: true,
      safelistedMethods: "listed",
      sameOrigin: "exempt",
      anyOriginAnswer: "star",
      exposeOnPreflight: false,
    },
    defaults: {
      allowOrigins: "*",
      allowMethods: "*",
      allowHeaders: [],
      httpVersions: undefined,
      maxAge: 900,
    },
  },
  gravitee: {
    switches: {
      refusedActual: "forward",
      refusedPreflight: "reject",
      preflightStatus: 200,
      refusalStatus: statuses(400, 400, 400),
      checkRequested: true,
      checkActualMethod: false,
      safelistedMethods: "listed",
      sameOrigin: "exempt",
      anyOriginAnswer: "echo",
      exposeOnPreflight: false,
    },
    defaults: {
      allowOrigins: [],
      allowMethods: [],
      allowHeaders: "*",
      httpVersions: "all",
      maxAge: "none",
    },
  },
  fetch: {
    switches: {
      refusedActual: "forward",
      refusedPreflight: "reject",
      preflightStatus: 204,
      refusalStatus: statuses(403, 403, 403),
      checkRequested: true,
      checkActualMethod: false,
      safelistedMethods: "always",
      sameOrigin: "exempt",
      anyOriginAnswer: "star",
      exposeOnPreflight: false,
    },
    defaults: {
      allowOrigins: [],
      allowMethods: READS,
      allowHeaders: [],
      httpVersions: "all",
      maxAge: "none",
    },
  },
  "gateway-api": {
    switches: {
      refusedActual: "forward",
      refusedPreflight: "bare",
      preflightStatus: 200,
      refusalStatus: statuses(403, 403, 403),
      checkRequested: false,
      checkActualMethod: false,
      safelistedMethods: "always",
      sameOrigin: "exempt",
      anyOriginAnswer: "star",
      exposeOnPreflight: true,
    },
    defaults: {
      allowOrigins: [],
      allowMethods: READS,
      allowHeaders: [],
      httpVersions: "all",
      maxAge: 5,
    },
  },
  envoy: {
    switches: {
      refusedActual: "forward",
      refusedPreflight: "forward",
      preflightStatus: 200,
      refusalStatus: statuses(403, 403, 403),
      checkRequested: false,
      checkActualMethod: false,
      safelistedMethods: "always",
      sameOrigin: "exempt",
      anyOriginAnswer: "echo",
      exposeOnPreflight: false,
    },
    defaults: {
      allowOrigins: [],
      allowMethods: READS,
      allowHeaders: [],
      httpVersions: "all",
      maxAge: "none",
    },
  },
};
