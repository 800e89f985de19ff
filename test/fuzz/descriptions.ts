import { readRequest } from "../../src/explain/described-request.ts";
import { explainRequest } from "../../src/explain/explain-request.ts";
import { readDescription } from "../../src/explain/read-description.ts";
import { ensure } from "./ensure.ts";
import { hostile } from "./hostile-text.ts";
import { type Json, mutateJson } from "./mutate-json.ts";
import { SAMPLES, type Sample } from "./policies.ts";
import type { Random } from "./random.ts";
import { defineTarget } from "./target.ts";

// What people and scripts send to be explained: any JSON, as the admin listener and the command take it.

type DescriptionCase = { readonly sample: Sample; readonly described: Json };

function draw(random: Random): DescriptionCase {
  const sample = random.pick(SAMPLES);
  const url = hostile(random, ["https://api.example.com/orders?a#b", "/orders", "wss://a:1/"]);
  let described: Json = {
    method: hostile(random, ["GET", "OPTIONS"]),
    url,
    headers: random.oneIn(2)
      ? { Origin: hostile(random, sample.origins), "X-A": ["1", "2"] }
      : [
          ["origin", hostile(random, sample.origins)],
          ["access-control-request-method", hostile(random, ["PUT"])],
          ["access-control-request-headers", hostile(random, ["a, b"])],
        ],
    httpVersion: random.pick(["2", "HTTP/1.1", "http/2.0", "9", null]),
    route: random.pick(["orders", "__proto__", null]),
    group: random.pick(["orders", "__proto__", "", null]),
  };
  for (let more = random.below(3); more > 0; more -= 1) described = mutateJson(random, described);
  return { sample, described };
}

function run({ sample, described }: DescriptionCase): string {
  const description = readDescription(described);
  if (!description.ok) {
    ensure(description.error !== "", "a refusal without a reason");
    return "no description";
  }
  const request = readRequest(description.value);
  if (!request.ok) {
    ensure(request.error.message !== "", "a refusal without a reason");
    return `no ${request.error.field}`;
  }
  const explanation = explainRequest(sample.snapshot, request.value);
  ensure(explanation.steps.length > 0, "an explanation without steps");
  return explanation.outcome;
}

export const DESCRIPTIONS = defineTarget<DescriptionCase>({
  name: "descriptions",
  share: 60,
  draw,
  run,
  budget: ({ described }) => 100 + JSON.stringify(described).length / 1000,
  endings: ["no description", "no url", "no method", "no header", "granted", "refused", "passed"],
  show: ({ sample, described }) => JSON.stringify({ document: SAMPLES.indexOf(sample), described }),
});
