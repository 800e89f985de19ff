import { describe, expect, test } from "vitest";
import { requestOf, targetForm, wireForm } from "../../bench/traffic.ts";
import { readShots, type Shot, summarize } from "../../bench/vegeta.ts";
import { readWrk } from "../../bench/wrk.ts";

describe("wrk", () => {
  const line = (over: object): string => {
    const quiet = { refused: 0, broken: 0, timeouts: 0 };
    const times = { requests: 20_000, microseconds: 2_000_000, p50: 1500, p99: 4250, max: 9000 };
    return `Running 2s test @ http://127.0.0.1:1/\nresult ${JSON.stringify({ ...times, ...quiet, ...over })}\n`;
  };

  test("its result, in seconds and milliseconds", () =>
    expect(readWrk(line({}))).toEqual({
      requests: 20_000,
      seconds: 2,
      p50: 1.5,
      p99: 4.25,
      max: 9,
      errors: 0,
      complaints: [],
    }));

  test("whatever broke is an error", () =>
    expect(readWrk(line({ refused: 1, broken: 2, timeouts: 3 }))).toMatchObject({
      errors: 6,
      complaints: [
        "1 connections refused",
        "2 connections broken",
        "3 requests without an answer in 5 s",
      ],
    }));

  test("no result is none", () => expect(() => readWrk("unable to connect")).toThrow("unable"));
});

describe("vegeta", () => {
  test("of its CSV the time, the status and the latency count", () => {
    const csv = `1700000000000000000,200,1500000,0,3,,W10K,,0,GET,http://127.0.0.1:1/,YTog
1700000000001000000,0,5000000000,0,0,"Get ""http://x"": timeout",,,1,GET,http://127.0.0.1:1/,
`;
    expect(readShots(csv)).toEqual([
      { sent: 1_700_000_000_000, milliseconds: 1.5, status: 200 },
      { sent: 1_700_000_000_001, milliseconds: 5000, status: 0 },
    ]);
  });

  const shots = (count: number, shot: (at: number) => Partial<Shot>): readonly Shot[] =>
    Array.from({ length: count }, (_, at) => ({
      sent: 1_000_000 + at,
      milliseconds: 1,
      status: 200,
      ...shot(at),
    }));

  test("times are those after the first half second", () => {
    const all = shots(1500, (at) => ({ milliseconds: at < 500 ? 100 : at / 1000 }));
    const load = summarize(all);
    expect(load).toMatchObject({ requests: 1500, errors: 0, complaints: [], max: 1.499 });
    expect(load.p50).toBeCloseTo(0.999);
    expect(load.p99).toBeCloseTo(1.489);
    expect(load.seconds).toBeCloseTo(1.499);
  });

  test("a request without an answer is an error at any time", () =>
    expect(summarize(shots(600, (at) => ({ status: at === 3 ? 0 : 200 })))).toMatchObject({
      errors: 1,
      complaints: ["1 requests without an answer"],
    }));
});

describe("a request", () => {
  const request = requestOf("preflight", "https://a.example", "/x");

  test("goes over the wire as HTTP/1.1", () => {
    const [first, ...lines] = wireForm(request).split("\r\n");
    expect(first).toBe("OPTIONS /x HTTP/1.1");
    expect(lines).toContain("origin: https://a.example");
    expect(lines.slice(-2)).toEqual(["", ""]);
  });

  test("is a target of vegeta, ended by an empty line", () => {
    const [first, ...lines] = targetForm(request, 81).split("\n");
    expect(first).toBe("OPTIONS http://127.0.0.1:81/x");
    expect(lines).toContain("access-control-request-method: PUT");
    expect(lines.slice(-2)).toEqual(["", ""]);
  });

  test("without Origin has none", () =>
    expect(wireForm(requestOf("no-origin", "https://a.example"))).not.toMatch(/origin/i));
});
