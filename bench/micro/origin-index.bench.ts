import { describe, test } from "vitest";
import { type Origin, parseOrigin as parse } from "../../src/cors/origin.ts";
import { OriginIndex, type OriginList } from "../../src/cors/origin-index.ts";
import { atOnce } from "../../src/cors/steps.ts";
import { inTurn } from "./samples.ts";

const parseOrigin = parse;

function originAt(at: number): string {
  return `https://app-${at}.example.com`;
}

function lists(count: number): readonly OriginList[] {
  const listed = Array.from({ length: count }, (_, at) => originAt(at));
  return [
    { origins: listed, rank: 0, carriesNull: false },
    { origins: ["https://*.partner.example"], rank: 1, carriesNull: false },
  ];
}

function origins(...texts: readonly string[]): readonly Origin[] {
  return texts.flatMap((text) => parseOrigin(text) ?? []);
}

const SIZES = [1, 1000, 100_000] as const;

/** What is looked for, in a set of so many. */
const SOUGHT: Readonly<Record<string, (size: number) => readonly Origin[]>> = {
  "a listed origin": (size) =>
    origins(...Array.from({ length: 500 }, (_, at) => originAt((at * 617) % size))),
  "a child of a wildcard": () => origins("https://shop.eu.partner.example"),
  "an origin that nobody lists": () => origins("https://evil.example", "http://app-0.example.com"),
  "an origin of 126 labels": () => origins(`https://${"a.".repeat(125)}b`),
};

describe("the origin set", () => {
  test.for(Object.entries(SOUGHT))("%s", async ([, sought], { bench }) => {
    const benches = SIZES.map((size) => {
      const index = atOnce(OriginIndex.of(lists(size)));
      return bench(
        `among ${size}`,
        inTurn(sought(size), (origin) => index.first(origin)),
      );
    });
    await bench.compare(...benches);
  });

  test("reading an Origin header", async ({ bench }) => {
    const texts = {
      "an origin": ["https://app.example.com"],
      "with a port and upper case": ["HTTPS://App.Example.com:8443"],
      "an IPv6 address": ["http://[2001:db8::1]:3000"],
      "none: 511 bytes": [`https://${"a".repeat(503)}`],
      "none: 126 labels and a blank": [`https://${"a.".repeat(125)}b `],
      "none: 100,000 bytes": [`https://${"a".repeat(100_000)}`],
    };
    const benches = Object.entries(texts).map(([name, samples]) =>
      bench(name, inTurn(samples, parseOrigin)),
    );
    await bench.compare(...benches);
  });
});
