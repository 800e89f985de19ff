import { describe, expect, test } from "vitest";
import { policyFiles } from "./policy-files.ts";
import { runCorsd } from "./run-corsd.ts";

const APP = "https://app.example.com";
const URL = "https://api.example.com/orders";

const POLICY = `policies:
  - name: web
    allowOrigins: [${APP}]
    allowMethods: [GET, PUT]
`;

type Lines = Readonly<Record<string, string>>;

function lines(headers: Lines): object {
  return Object.entries(headers).map(([name, value]) => ({ name, value }));
}

function entry(
  method: string,
  url: string,
  headers: Lines,
  status = 200,
  answer: Lines = {},
): object {
  return {
    request: {
      method,
      url,
      httpVersion: "h2",
      headers: lines(headers),
      cookies: [{ name: "sid", value: "s3cret" }],
    },
    response: { status, headers: lines(answer) },
  };
}

const RECORDING = {
  log: {
    version: "1.2",
    entries: [
      entry("GET", "https://app.example.com/", { Accept: "*/*" }),
      entry("GET", `${URL}?token=s3cret`, { Origin: APP, Cookie: "sid=s3cret" }, 200, {
        "Access-Control-Allow-Origin": APP,
        Vary: "Origin",
      }),
      entry("OPTIONS", URL, { Origin: APP, "Access-Control-Request-Method": "DELETE" }, 200, {
        "Access-Control-Allow-Origin": "*",
      }),
      entry("PUT", URL, { Origin: APP, "X-Api-Key": "s3cret" }, 0),
      entry("GET", URL, { Origin: "https://new.example.com" }, 200, {
        "Access-Control-Allow-Origin": "*",
        Vary: "a\u001bb",
      }),
      { request: { method: "GET", url: 7 } },
      entry("GET", "https://api.example.com/a b?token=s3cret", { Origin: APP }),
    ],
  },
};

const ODD = [
  entry("GET", "https://api.example.com/\u202ea#access_token=s3cret", {
    Origin: "https://new.example.com",
  }),
  entry("GET", URL, { Origin: "https://a\u202e.example" }, 200, {
    "Access-Control-\u001b[31m": "x",
  }),
];

describe("corsd explain --from-har", () => {
  const file = policyFiles({
    "policies.yaml": POLICY,
    "recording.har": JSON.stringify(RECORDING),
    "odd.har": JSON.stringify({ log: { entries: ODD } }),
    "fine.har": JSON.stringify({ log: { entries: RECORDING.log.entries.slice(0, 2) } }),
  });

  function fromHar(name: string, ...flags: readonly string[]) {
    return runCorsd(["explain", file("policies.yaml"), "--from-har", file(name), ...flags]);
  }

  test("a line for each cross-origin request, then all about those that are refused", async () => {
    const { code, out, err } = await fromHar("recording.har");
    expect({ code, err }).toEqual({ code: 3, err: "" });
    const [table = "", ...details] = out.split("\n\nentry ");
    expect(table.split("\n")).toEqual([
      `2  granted    GET               ${URL}  from ${APP}`,
      `3  refused    preflight DELETE  ${URL}  from ${APP}  method-not-allowed`,
      `4  refused    PUT               ${URL}  from ${APP}  its preflight: header-not-allowed`,
      `5  refused    GET               ${URL}  from https://new.example.com  origin-not-allowed`,
      "6  malformed                                                    `request.url` is no text",
      "7  malformed                                                    `request.url` is none that can be sent",
      "6 cross-origin, 3 refused, 2 malformed; 1 left out as not cross-origin",
    ]);
    expect(details.map((each) => each.split("\n", 1)[0])).toEqual([
      `3: preflight of DELETE ${URL} from ${APP}`,
      `4: preflight of PUT ${URL} from ${APP}`,
      `5: GET ${URL} from https://new.example.com`,
    ]);
    expect(details[0]).toContain("\nrecorded: 200\n  access-control-allow-origin: *\n");
    expect(details[1]).toContain(
      "assumed: preflight: what a browser sends before it; it is not recorded\n",
    );
    expect(details[1]).toContain("\nrecorded: no answer\n");
    expect(details[2]).toContain("      - https://new.example.com # add this\n");
    expect(out).not.toContain("s3cret");
  });

  test("nothing refused: exit 0, and the table alone", async () => {
    const { code, out } = await fromHar("fine.har");
    expect(code).toBe(0);
    expect(out).toBe(
      `2  granted  GET  ${URL}  from ${APP}\n1 cross-origin, 0 refused; 1 left out as not cross-origin\n`,
    );
  });

  test("--json is a list, its keys in their order", async () => {
    const { code, out } = await fromHar("recording.har", "--json");
    expect(code).toBe(3);
    const printed = JSON.parse(out);
    expect(printed.map(({ entry }: { entry: number }) => entry)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(Object.keys(printed[0])).toEqual([
      "entry",
      "malformed",
      "assumptions",
      "received",
      "requests",
      "mend",
    ]);
    expect(printed[0]).toMatchObject({
      malformed: null,
      received: {
        status: 200,
        headers: [
          ["access-control-allow-origin", APP],
          ["vary", "Origin"],
        ],
      },
      requests: [{ request: { url: URL }, outcome: "granted" }],
      mend: null,
    });
    expect(printed[4]).toEqual({ entry: 6, malformed: "`request.url` is no text" });
    expect(out).not.toContain("s3cret");
  });

  test("on a terminal the lines have the colours of their outcomes", async () => {
    const args = ["explain", file("policies.yaml"), "--from-har", file("recording.har")];
    const { out } = await runCorsd(args, { isTerminal: true });
    const [granted, refused, , , malformed] = out.split("\n");
    expect(granted).toMatch("\u001b[32m2");
    expect(refused).toMatch("\u001b[31m3");
    expect(malformed).toMatch("\u001b[33m6");
  });

  test("nothing of an answer reaches the terminal as it is", async () => {
    const { out } = await fromHar("recording.har");
    expect(out).toContain("  vary: a\\u{1b}b\n");
  });

  test.each([
    ["no JSON", "no", "no HAR recording: it is no JSON; save it again"],
    ["other JSON", "{}", "no HAR recording: `log.entries` is no list"],
    ["no bytes", "", "no HAR recording: it is no JSON"],
  ])("%s is wrong usage", async (_, input, says) => {
    const args = ["explain", file("policies.yaml"), "--from-har", "-"];
    expect(await runCorsd(args, { input })).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining(says),
    });
  });

  test("a file that is not there is wrong usage", async () => {
    expect(await fromHar("no.har")).toMatchObject({
      code: 2,
      err: expect.stringContaining("no such file"),
    });
  });

  test("nothing of a recording reaches a terminal as it came, and no fragment at all", async () => {
    const { out } = await fromHar("odd.har");
    expect(out).not.toMatch(/[^\P{C}\n]|s3cret/u);
    expect(out).toContain("https://api.example.com/\\u{202e}a");
    expect(out).toContain("access-control-\\u{1b}[31m: x");
  });
});
