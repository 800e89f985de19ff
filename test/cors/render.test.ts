import { expect, test } from "vitest";
import { indexPolicies, linkChain } from "../../src/cors/chain.ts";
import type { Respond } from "../../src/cors/decision.ts";
import { grantActual, grantPreflight } from "../../src/cors/render.ts";
import { atOnce } from "../../src/cors/steps.ts";
import { listed, policy, request, STRICT } from "./sample.ts";

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

test.each([
  [false, undefined],
  [true, "x-a"],
])("what is exposed is said to preflights too: %s", (exposeOnPreflight, value) => {
  const exposing = policy({ exposed: listed("x-a"), behavior: { ...STRICT, exposeOnPreflight } });
  const chain = linkChain([exposing], atOnce(indexPolicies([exposing], new Map())), []);
  const { headers } = grantPreflight(chain, exposing, request(), []) as Respond;
  expect(new Map(headers).get("access-control-expose-headers")).toBe(value);
});
