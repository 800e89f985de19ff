import { describe, expect, test } from "vitest";
import { decide } from "../../src/cors/decide.ts";
import { mend } from "../../src/mend/mend.ts";
import { libraries } from "../../src/source/libraries.ts";
import { APP, preflight, request } from "../cors/sample.ts";
import { compileObject } from "../policy/compile-object.ts";
import { applied, changeOf, mended } from "./mended.ts";

const NEW = "https://new.example.com";
const WEB = {
  name: "web",
  allowOrigins: [APP],
  allowMethods: ["GET", "POST"],
  allowHeaders: ["content-type"],
};
const ONE = { policies: [WEB] };

/** What is to be added, in short. */
function additions(document: object, requests: Parameters<typeof mended>[1]): readonly string[] {
  return changeOf(document, requests).changes.map(({ pointer, value }) => `${pointer} ${value}`);
}

describe("a change", () => {
  test.each([
    ["an origin", [request({ origin: NEW })], [`/policies/0/allowOrigins/- ${NEW}`]],
    [
      "an origin in another case and with the default port",
      [request({ origin: "HTTPS://New.example.com:443" })],
      [`/policies/0/allowOrigins/- ${NEW}`],
    ],
    ["a method", [request({ origin: APP, method: "PUT" })], ["/policies/0/allowMethods/- PUT"]],
    ["a requested method", [preflight("PUT")], ["/policies/0/allowMethods/- PUT"]],
    [
      "requested headers, those that are missing",
      [preflight("GET", "x-b,content-type,x-a")],
      ["/policies/0/allowHeaders/- x-b", "/policies/0/allowHeaders/- x-a"],
    ],
    [
      "all of them",
      [preflight("PUT", "x-a", { origin: NEW })],
      [
        `/policies/0/allowOrigins/- ${NEW}`,
        "/policies/0/allowMethods/- PUT",
        "/policies/0/allowHeaders/- x-a",
      ],
    ],
  ])("%s", (_, requests, expected) => {
    expect(additions(ONE, requests)).toEqual(expected);
  });

  test("a list that is left out is written, with what leaving it out means", () => {
    const document = { policies: [{ name: "web", allowOrigins: [APP] }] };
    const { changes, snippet } = changeOf(document, [preflight("PUT", "x-a")]);
    expect(changes.map(({ pointer, value, text }) => ({ pointer, value, text }))).toEqual([
      {
        pointer: "/policies/0/allowMethods",
        value: ["GET", "HEAD", "POST", "PUT"],
        text: "write `allowMethods` of policy `web`: `GET`, `HEAD`, `POST`, `PUT`, which has what leaving it out means",
      },
      {
        pointer: "/policies/0/allowHeaders",
        value: ["x-a"],
        text: "write `allowHeaders` of policy `web`: `x-a`",
      },
    ]);
    expect(snippet).toContain(
      "    allowMethods:\n      - GET\n      - HEAD\n      - POST\n      - PUT # add this\n",
    );
  });

  test("an HTTP version, and the last of the four", () => {
    const document = { policies: [{ ...WEB, httpVersions: ["HTTP/1.0", "HTTP/1.1", "HTTP/3"] }] };
    const requests = [request({ origin: APP, httpVersion: "HTTP/2" })];
    expect(additions(document, requests)).toEqual(["/policies/0/httpVersions/- HTTP/2"]);
    const old = { policies: [{ ...WEB, httpVersions: ["HTTP/1.1"] }] };
    expect(additions(old, requests)).toEqual(["/policies/0/httpVersions/- HTTP/2"]);
    expect(changeOf(old, requests).snippet).toContain(
      "      - HTTP/1.1\n      - HTTP/2 # add this",
    );
  });

  test("requireOrigin of a hundred policies, beside one that requires none", () => {
    const strict = Array.from({ length: 100 }, (_, at) => ({
      ...WEB,
      name: `p${at}`,
      requireOrigin: at !== 50,
    }));
    const { changes } = changeOf({ policies: strict }, [request()]);
    expect(changes).toHaveLength(99);
  });

  test("requireOrigin of every policy that requires one", () => {
    const strict = { ...WEB, requireOrigin: true };
    const document = { policies: [strict, { ...strict, name: "other" }] };
    const { changes, snippet, cautions, grants } = changeOf(document, [request()]);
    expect(changes.map(({ pointer, value }) => [pointer, value])).toEqual([
      ["/policies/0/requireOrigin", false],
      ["/policies/1/requireOrigin", false],
    ]);
    expect(snippet).toBe(
      "# policies.json:3\npolicies:\n  - name: web\n    requireOrigin: false # changed\n  - name: other\n    requireOrigin: false # changed\n",
    );
    expect(cautions[0]).toContain("without an Origin");
    expect(grants).toContain("group `default`: policy `web`: requireOrigin: true -> false");
  });

  test("has file, line and words", () => {
    const { changes } = changeOf(ONE, [request({ origin: NEW })]);
    expect(changes).toEqual([
      {
        file: "policies.json",
        line: 5,
        column: 1,
        pointer: "/policies/0/allowOrigins/-",
        value: NEW,
        text: `add \`${NEW}\` to \`allowOrigins\` of policy \`web\``,
      },
    ]);
  });

  test("the policy that needs least besides lists the origin, the first of several", () => {
    const writes = { ...WEB, name: "writes", allowMethods: ["GET", "PUT"] };
    const document = { policies: [WEB, writes, { ...writes, name: "third" }] };
    expect(additions(document, [preflight("PUT", undefined, { origin: NEW })])).toEqual([
      `/policies/1/allowOrigins/- ${NEW}`,
    ]);
    expect(additions(document, [preflight("GET", undefined, { origin: NEW })])).toEqual([
      `/policies/0/allowOrigins/- ${NEW}`,
    ]);
  });

  test("the governing policy is changed, though a later one would do", () => {
    const writes = { ...WEB, name: "writes", allowMethods: ["PUT"] };
    expect(additions({ policies: [WEB, writes] }, [preflight("PUT")])).toEqual([
      "/policies/0/allowMethods/- PUT",
    ]);
  });

  test("for the origin of an application, the first policy", () => {
    const document = { ...ONE, applications: [{ name: "shop", origins: [NEW] }] };
    expect(additions(document, [preflight("PUT", undefined, { origin: NEW })])).toEqual([
      "/policies/0/allowMethods/- PUT",
    ]);
  });

  test("only the enforcing policies of the request's group", () => {
    const document = {
      policies: [
        { ...WEB, name: "off", enabled: false },
        { ...WEB, name: "dark", mode: "shadow" },
        WEB,
      ],
      apiGroups: [
        { name: "other", match: [{ path: "/other" }], policies: ["web"] },
        { name: "orders", match: [{ path: "/" }], policies: ["off", "dark", "web"] },
      ],
    };
    const { changes, grants } = changeOf(document, [request({ origin: NEW })]);
    expect(changes.map(({ pointer }) => pointer)).toEqual(["/policies/2/allowOrigins/-"]);
    expect(grants).toEqual([
      `groups \`other\`, \`orders\`: origins newly admitted: \`${NEW}\``,
      `groups \`other\`, \`orders\`: policy \`web\`: origins added: \`${NEW}\``,
    ]);
  });

  test("a group that the deployment names", () => {
    const document = { ...ONE, apiGroups: [{ name: "orders", policies: ["web"] }] };
    expect(additions(document, [request({ origin: NEW, group: "orders" })])).toEqual([
      `/policies/0/allowOrigins/- ${NEW}`,
    ]);
  });

  test("many groups are named in part", () => {
    const names = Array.from({ length: 7 }, (_, at) => `g${at}`);
    const apiGroups = names.map((name) => ({
      name,
      match: [{ path: `/${name}` }],
      policies: ["web"],
    }));
    const { grants } = changeOf({ ...ONE, apiGroups }, [request({ origin: NEW, path: "/g3" })]);
    expect(grants[0]).toMatch(/^groups `g0`, `g1`, `g2`, `g3`, `g4` and 2 more: /);
  });

  test("a handshake", () => {
    const document = { policies: [{ ...WEB, webSocket: "check" }] };
    const requests = [request({ origin: NEW, upgrade: "websocket" })];
    expect(additions(document, requests)).toEqual([`/policies/0/allowOrigins/- ${NEW}`]);
  });

  test("the actual request behind a preflight passes too", () => {
    // Nothing of a preflight is compared by this switch, but the method of an actual request is.
    const document = { policies: [{ ...WEB, behavior: { checkRequested: false } }] };
    expect(additions(document, [preflight("PUT")])).toEqual(["/policies/0/allowMethods/- PUT"]);
    const both = [preflight("PUT"), request({ origin: APP, method: "DELETE" })];
    expect(additions(ONE, both)).toEqual([
      "/policies/0/allowMethods/- PUT",
      "/policies/0/allowMethods/- DELETE",
    ]);
  });

  test("what a browser would not find in the answer of a preset that does not compare", () => {
    const document = { preset: "gateway-api", policies: [WEB] };
    expect(additions(document, [preflight("PUT", "x-a")])).toEqual([
      "/policies/0/allowMethods/- PUT",
      "/policies/0/allowHeaders/- x-a",
    ]);
    expect(mended(document, [preflight("HEAD", "a b")])).toEqual({
      kind: "impossible",
      because: expect.stringContaining("header names"),
    });
  });
});

describe("a snippet", () => {
  test("shows the end of a long list", () => {
    const allowOrigins = Array.from({ length: 9 }, (_, at) => `https://a${at}.example.com`);
    const { snippet } = changeOf({ policies: [{ ...WEB, allowOrigins }] }, [
      request({ origin: NEW }),
    ]);
    expect(snippet).toBe(
      [
        "# policies.json:3",
        "policies:",
        "  - name: web",
        "    allowOrigins:",
        "      # … 6 more",
        "      - https://a6.example.com",
        "      - https://a7.example.com",
        "      - https://a8.example.com",
        "      - https://new.example.com # add this",
        "",
      ].join("\n"),
    );
  });

  test("quotes what YAML would take for something else", () => {
    const policy = { name: "on", allowOrigins: [APP, "~https://.*", "null"], allowHeaders: [] };
    const { snippet } = changeOf({ policies: [policy] }, [preflight("GET", "1,true,#a,x-b")]);
    expect(snippet.split("\n").slice(2, -1)).toEqual([
      '  - name: "on"',
      "    allowHeaders:",
      '      - "1" # add this',
      '      - "true" # add this',
      '      - "#a" # add this',
      "      - x-b # add this",
    ]);
  });
});

describe("cautions", () => {
  test.each([
    [
      "http with credentials",
      { allowCredentials: true },
      request({ origin: "http://a.example.com" }),
      "anyone on the way",
    ],
    ["`null`", {}, request({ origin: "null" }), "any page can have the origin `null`"],
    ["a method in lower case", {}, request({ origin: APP, method: "patch" }), "is not `PATCH`"],
    [
      "a list that others share",
      {},
      preflight("PUT", "x-a"),
      "then allows `PUT`, `x-a` to every origin that it admits",
    ],
  ])("%s", (_, over, asked, caution) => {
    const { cautions } = changeOf({ policies: [{ ...WEB, ...over }] }, [asked]);
    expect(cautions).toEqual(expect.arrayContaining([expect.stringContaining(caution)]));
  });

  test("none for an https origin, nor for a policy that admits nobody yet", () => {
    expect(changeOf(ONE, [request({ origin: NEW })]).cautions).toEqual([]);
    expect(changeOf(ONE, [request({ origin: "http://a.example.com" })]).cautions).toEqual([]);
    const document = { policies: [{ name: "web" }] };
    expect(changeOf(document, [request({ origin: NEW, method: "PUT" })]).cautions).toEqual([]);
  });

  test.each([
    ["of the group", { apiGroups: ["default"] }],
    ["of every group", {}],
  ])("the names of a policy without origins are those of applications %s too", (_, of) => {
    const document = {
      policies: [{ name: "web" }],
      applications: [{ name: "shop", origins: [NEW, APP], ...of }],
      apiGroups: [{ name: "default", match: [{ path: "/" }], policies: ["web"] }],
    };
    expect(changeOf(document, [request({ origin: NEW, method: "PUT" })]).cautions).toEqual([
      "policy `web` then allows `PUT` to every application of its groups",
    ]);
  });
});

describe("nothing to mend", () => {
  test.each([
    ["a granted request", ONE, [request({ origin: APP })]],
    ["a granted preflight", ONE, [preflight("POST", "content-type")]],
    [
      "a granted preflight of everything",
      { policies: [{ ...WEB, allowMethods: "*", allowHeaders: "*" }] },
      [preflight("PUT", "x-a")],
    ],
    ["no Origin", ONE, [request()]],
    [
      "a group that passes",
      { ...ONE, apiGroups: [{ name: "a", match: [{ path: "/a" }], policies: [] }] },
      [preflight("PUT")],
    ],
    ["no request", ONE, []],
  ])("%s", (_, document, requests) => {
    expect(mended(document, requests)).toEqual({ kind: "allowed" });
  });
});

describe("what no change of a document grants", () => {
  const credentialed = { policies: [{ ...WEB, allowCredentials: true }] };
  const versions = { policies: [{ ...WEB, httpVersions: ["HTTP/2"] }] };
  const groups = {
    ...ONE,
    policies: [WEB],
    apiGroups: [{ name: "a", match: [{ path: "/a" }], policies: ["web"] }],
  };
  const many = Array.from({ length: 65 }, (_, at) => `${"x".repeat(115)}-${at}`).join(",");
  test.each([
    ["a malformed origin", ONE, request({ origin: `${APP}/` }), "correct what sends it"],
    [
      "`null` with credentials",
      credentialed,
      request({ origin: "null" }),
      "serve the page over https",
    ],
    [
      "an origin that no list can have",
      ONE,
      request({ origin: "https://0x7f.1" }),
      "so no document can list it",
    ],
    ["malformed headers", ONE, preflight("GET", "a b"), "not a list of header names"],
    ["a malformed method", ONE, preflight("a b"), "is not a method"],
    ["a method that is too long", ONE, preflight("A".repeat(65)), "is not a method"],
    ["an empty method", ONE, preflight(""), "is not a method"],
    ["the method `*`", ONE, preflight("*"), "is not a method"],
    ["the header `*`", ONE, preflight("GET", "*"), "not a request header"],
    [
      "a response header of CORS",
      ONE,
      preflight("GET", "access-control-allow-origin"),
      "not a request header",
    ],
    ["a header with too long a name", ONE, preflight("GET", "x".repeat(257)), "too long"],
    [
      "too many headers",
      {
        policies: [
          {
            ...WEB,
            allowHeaders: [...Array.from({ length: 9 }, (_, at) => `a${at}${"b".repeat(200)}`)],
          },
        ],
      },
      preflight("GET", many),
      "too long",
    ],
    [
      "an HTTP version that nobody told",
      versions,
      request({ origin: APP, httpVersion: undefined }),
      "request.protocol",
    ],
    ["a path of two readings", groups, request({ origin: APP, path: "/b/..%2fa" }), "encoded"],
    [
      "a group that the document does not have",
      ONE,
      request({ origin: APP, group: "x" }),
      "the deployment names the group `x`",
    ],
  ])("%s", (_, document, asked, because) => {
    expect(mended(document, [asked])).toEqual({
      kind: "impossible",
      because: expect.stringContaining(because),
    });
  });

  test("a policy without credentials takes `null` where the first one cannot", () => {
    const document = {
      policies: [
        { ...WEB, allowCredentials: true },
        { ...WEB, name: "open" },
      ],
    };
    expect(changeOf(document, [request({ origin: "null" })]).changes[0]?.pointer).toBe(
      "/policies/1/allowOrigins/-",
    );
  });

  test.each([
    ["without the group", { policies: [WEB], apiGroups: [] }],
    [
      "with the group left open",
      { policies: [WEB], apiGroups: [{ name: "default", match: [{ path: "/" }], policies: [] }] },
    ],
  ])("a document that has changed meanwhile, %s", (_, other) => {
    const { snapshot } = compileObject(ONE);
    const { resolved } = compileObject(other);
    if (snapshot === undefined) throw new Error("it has errors");
    expect(
      mend({ document: resolved, snapshot, libraries }, [request({ origin: NEW })]),
    ).toMatchObject({
      kind: "impossible",
      because: expect.stringContaining("meanwhile"),
    });
  });
});

test("what is proposed was decided on: applied to the document, the request is granted", () => {
  const asked = preflight("PUT", "x-a", { origin: NEW });
  const { snapshot } = compileObject(applied(ONE, changeOf(ONE, [asked]).changes));
  expect(snapshot && decide(snapshot, asked).outcome).toBe("granted");
});
