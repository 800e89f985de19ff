import { describe, expect, test } from "vitest";
import { admit, isAdmitted } from "../../src/cors/admit.ts";
import { type Chain, indexApplications, indexPolicies, linkChain } from "../../src/cors/chain.ts";
import { HTTP_VERSIONS } from "../../src/cors/http-version.ts";
import { type Origin, parseOrigin, readOrigin } from "../../src/cors/origin.ts";
import { NOBODY } from "../../src/cors/origin-index.ts";
import type { Access, Application, Policy } from "../../src/cors/policy.ts";
import { atOnce } from "../../src/cors/steps.ts";
import { APP, policy } from "./sample.ts";

// Chains are made within each test: what is made while the file is loaded is unknown to the mutants.

/** Each application in an index of its own, as where they come from several lists. */
function link(policies: Chain["policies"], ...applications: Application[]): Chain {
  const indexes = applications.map((each) => atOnce(indexApplications([each], new Map())));
  return linkChain(policies, atOnce(indexPolicies(policies, new Map())), indexes);
}

function present(text: string) {
  const origin = readOrigin(text);
  if (origin.kind !== "tuple" && origin.kind !== "opaque") throw new Error(`no origin: ${text}`);
  return origin;
}

const STAR: Access = { kind: "anyone", answer: "star" };

describe("linkChain", () => {
  test.each([
    ["checksWebSocket", { webSocket: "check" }],
    ["timing", { timingAllowOrigin: true }],
    ["privateNetwork", { allowPrivateNetwork: true }],
  ] as const)("%s where one policy of several says so", (name, over) => {
    expect(link([policy(), policy(over), policy()])[name]).toBe(true);
    expect(link([policy(), policy()])[name]).toBe(false);
  });

  test.each<[boolean, string, Partial<Policy>[]]>([
    [true, "`*`", [{ access: STAR }]],
    [true, "`*` before others", [{ access: STAR }, {}]],
    [false, "`*` after others", [{}, { access: STAR }]],
    [false, "everybody, echoed", [{ access: { kind: "anyone", answer: "echo" } }]],
    [false, "a list", [{}]],
    [false, "`*` of some versions", [{ access: STAR, httpVersions: new Set(["HTTP/2"]) }]],
  ])("open is %s: %s", (open, _, overs) => {
    const [first = {}, ...rest] = overs;
    expect(link([policy(first), ...rest.map(policy)]).open).toBe(open);
  });

  test("the first policy that requires an Origin is the one named", () => {
    const policies = ["a", "b", "c"].map((name) => policy({ name, requireOrigin: name !== "a" }));
    expect(link([policy(), ...policies]).requiresOrigin?.name).toBe("b");
    expect(link([policy()]).requiresOrigin).toBeUndefined();
  });
});

describe("indexPolicies", () => {
  const app = parseOrigin(APP) as Origin;

  test("has one index where no policy names versions", () => {
    const { any, versions } = link([policy(), policy()]).admits;
    expect([any.first(app), versions]).toEqual([0, undefined]);
  });

  test("has one for each version where a policy names some", () => {
    const { any, versions } = link([policy({ httpVersions: new Set(["HTTP/2"]) })]).admits;
    const named = HTTP_VERSIONS.map((version) => versions?.named.get(version)?.first(app));
    expect(named).toEqual([NOBODY, NOBODY, 0, NOBODY]);
    expect([any.first(app), versions?.other.first(app)]).toEqual([0, NOBODY]);
    const mixed = link([policy({ httpVersions: new Set(["HTTP/2"]) }), policy()]).admits.versions;
    expect([mixed?.named.get("HTTP/2")?.first(app), mixed?.other.first(app)]).toEqual([0, 1]);
  });

  test("`*` with credentials does not admit `null`", () => {
    const credentialed = policy({ access: { kind: "credentialed", origins: ["*"] } });
    expect(link([credentialed]).admits.any.firstOpaque()).toBe(NOBODY);
    expect(link([policy({ access: STAR })]).admits.any.firstOpaque()).toBe(0);
  });
});

describe("applications", () => {
  const OTHER = "https://other.example";
  const first: Application = { name: "first", origins: ["https://first.example"] };
  const second: Application = { name: "second", origins: [OTHER, "null"] };
  const credentialed = policy({ access: { kind: "credentialed", origins: [APP] } });
  const by = { by: "application", application: "second" };

  test.each([
    ["a later one admits", policy(), OTHER, by],
    ["`null` too", policy(), "null", by],
    ["an origin beside credentials", credentialed, OTHER, by],
    ["but not `null` beside them", credentialed, "null", undefined],
    ["nobody", policy(), "https://nobody.example", undefined],
    ["the policy itself", policy(), APP, { by: "policy" }],
  ])("%s", (_, governing, origin, admission) => {
    const chain = link([governing], first, second);
    expect(admit(chain, present(origin), "HTTP/1.1")?.admission).toEqual(admission);
    expect(isAdmitted(chain, present(origin))).toBe(admission !== undefined);
  });

  test("`*` of an application admits `null`", () => {
    expect(isAdmitted(link([policy()], { name: "all", origins: ["*"] }), present("null"))).toBe(
      true,
    );
  });
});
