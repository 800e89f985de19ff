import { expect, test } from "vitest";
import { indexPolicies, linkChain } from "../../src/cors/chain.ts";
import { grantActual, grantPreflight } from "../../src/cors/render.ts";
import { atOnce } from "../../src/cors/steps.ts";
import { policy, request } from "./sample.ts";

test("a header whose value would be empty is not sent", () => {
  const echo = policy({
    access: { kind: "anyone", answer: "echo" },
    methods: { kind: "any" },
    timingAllowOrigin: true,
  });
  const chain = linkChain([echo], atOnce(indexPolicies([echo], new Map())), []);
  expect(grantActual(chain, echo, undefined)).toMatchObject({ headers: [] });
  expect(grantPreflight(chain, echo, request(), [])).toMatchObject({
    headers: [["access-control-allow-headers", "content-type"]],
  });
});
