import { describe, expect, test } from "vitest";
import { decide } from "../../src/cors/decide.ts";
import type { Action, Decision, Header, Respond } from "../../src/cors/decision.ts";
import { immediateHeaders, metadataEntries, responseEdits } from "../../src/cors/edits.ts";
import { type ConformanceCase, casesAt, type Line, loadCases } from "./case.ts";
import { bodyOf, mutate, print, responseLines, responseMessage } from "./envoy-model.ts";
import { expected, type SeenExchange, seen } from "./exchange.ts";
import { requestOf } from "./request-of.ts";
import { snapshotOf } from "./snapshot-of.ts";

test("the corpus is there, and no name stands twice", () => {
  const names = loadCases().map(({ name }) => name);
  expect(names.length).toBeGreaterThanOrEqual(220);
  expect(names).toEqual([...new Set(names)]);
});

describe("decide", () => {
  test.for(casesAt("decide").map((given) => [given.name, given] as const))("%s", ([, given]) => {
    const decision = decide(snapshotOf(given), requestOf(given));
    const { exchange, shadow, metadata, ...said } = given.expect;
    expect(judgement(decision)).toEqual(said);
    expect(second(decision, shadow)).toEqual(shadow);
    expect(seen(carryOut(given, decision.action), exchange)).toEqual(expected(exchange));
    expect(metadataOf(decision.action, metadata)).toEqual(metadata);
  });
});

function judgement({ outcome, kind, reason, policy, group }: Decision): object {
  return {
    outcome,
    kind,
    reason: reason ?? null,
    policy: policy?.name ?? null,
    group: group ?? null,
  };
}

/** The second decision in the words of the case, or undefined where the case does not look at it. */
function second({ shadow }: Decision, looked: unknown): object | null | undefined {
  if (looked === undefined) return undefined;
  if (shadow === undefined) return null;
  const { policy, outcome, reason, differs } = shadow;
  return { policy: policy?.name ?? null, outcome, reason: reason ?? null, differs };
}

function carryOut(given: ConformanceCase, action: Action): SeenExchange {
  const { response, setup } = given;
  const lines = responseLines(given);
  const answer = { reached: true, status: response.status, body: bodyOf(given) };
  switch (action.kind) {
    case "respond":
      return respond(action);
    case "pass":
      return { ...answer, headers: setup === "request-only" ? print(lines, {}) : lines };
    case "decorate":
      return {
        ...answer,
        headers:
          setup === "request-only"
            ? print(lines, Object.fromEntries(metadataEntries(action)))
            : mutate(lines, responseEdits(action, asHeaders(responseMessage(lines, setup)))),
      };
  }
}

function respond(action: Respond): SeenExchange {
  const { status, body = "" } = action;
  return { reached: false, status, headers: immediateHeaders(action), body };
}

function asHeaders(lines: readonly Line[]): readonly Header[] {
  return lines;
}

/** What Envoy is given to print, or undefined where the case does not look at it. */
function metadataOf(action: Action, looked: unknown): object | undefined {
  if (looked === undefined) return undefined;
  return action.kind === "decorate" ? Object.fromEntries(metadataEntries(action)) : {};
}
