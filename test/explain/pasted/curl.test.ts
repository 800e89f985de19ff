import { describe, expect, test } from "vitest";
import { readPasted } from "../../../src/explain/pasted/read-pasted.ts";
import { pasted, shortly } from "./pasted-shortly.ts";

const URL = "https://api.example.com/orders";
const APP = "https://app.example.com";
const NOBODY = "no Origin header: a program's request, unless the page's origin is added";
const FROM = `-H 'Origin: ${APP}'`;

describe("the request of a curl command", () => {
  test.each([
    [`curl ${URL} ${FROM}`, [`GET ${URL} from ${APP}`]],
    [`curl --url ${URL} ${FROM}`, [`GET ${URL} from ${APP}`]],
    [`curl.exe '${URL}' ${FROM}`, [`GET ${URL} from ${APP}`]],
    [`$ curl -sSL -o /dev/null ${URL} ${FROM} | jq .`, [`GET ${URL} from ${APP}`]],
    [`curl -I ${URL} ${FROM}; ls`, [`HEAD ${URL} from ${APP}`]],
    [`curl -d a=b ${URL} ${FROM} > out`, [`POST ${URL} from ${APP}`]],
    [`curl -G -d a=b ${URL} ${FROM} && ls`, [`GET ${URL} from ${APP}`]],
    [`curl ${URL} --data-raw a=b ${FROM} < in`, [`POST ${URL} from ${APP}`]],
    [`curl ${URL} --form a=b ${FROM}\nls`, [`POST ${URL} from ${APP}`]],
    [`curl --max-time 3 --proxy http://p:1 ${URL} ${FROM}`, [`GET ${URL} from ${APP}`]],
    [`curl --unknown ${URL} ${FROM} -A Mozilla -e ${APP}/`, [`GET ${URL} from ${APP}`]],
    [`curl -X PUT ${URL} ${FROM}`, [`preflight PUT ${URL} from ${APP}`, `PUT ${URL} from ${APP}`]],
    [
      `curl -sXPUT ${URL} -H"Origin: ${APP}"`,
      [`preflight PUT ${URL} from ${APP}`, `PUT ${URL} from ${APP}`],
    ],
    [
      `curl --request DELETE ${URL} ${FROM}`,
      [`preflight DELETE ${URL} from ${APP}`, `DELETE ${URL} from ${APP}`],
    ],
    [`curl -T file ${URL} ${FROM}`, [`preflight PUT ${URL} from ${APP}`, `PUT ${URL} from ${APP}`]],
    [
      `curl --json '{}' ${URL} ${FROM}`,
      [`preflight POST content-type ${URL} from ${APP}`, `POST ${URL} from ${APP}`],
    ],
    [
      `curl -u me:pw ${URL} ${FROM}`,
      [`preflight GET authorization ${URL} from ${APP}`, `GET ${URL} from ${APP}`],
    ],
    [
      `curl --oauth2-bearer t ${URL} ${FROM}`,
      [`preflight GET authorization ${URL} from ${APP}`, `GET ${URL} from ${APP}`],
    ],
    [
      `curl -X OPTIONS ${URL} ${FROM} -H 'Access-Control-Request-Method: PUT'`,
      [`preflight PUT ${URL} from ${APP}`],
    ],
    [`curl -r 0-99 ${URL} ${FROM}`, [`GET ${URL} from ${APP}`]],
    [
      `curl -r -99 ${URL} ${FROM}`,
      [`preflight GET range ${URL} from ${APP}`, `GET ${URL} from ${APP}`],
    ],
    [`curl -X PUT ${APP}/x ${FROM}`, [`PUT ${APP}/x from ${APP}`]],
    [`curl ${URL}`, [`GET ${URL} from nobody`]],
    [`curl ${URL} -H`, [`GET ${URL} from nobody`]],
    [`curl ${URL} - -H :x -H`, [`GET ${URL} from nobody`]],
  ])("%s", (text, requests) => {
    expect(shortly(text)).toEqual(requests);
  });

  test("header names that a preflight asks for: in lower case, sorted, each once, without the browser's own", () => {
    const headers = [
      "X-B: 1",
      "x-a: 1",
      "X-A: 2",
      "Accept: */*",
      "Accept-Language: en",
      "Content-Language: en",
      "Cookie: a",
      "Sec-Fetch-Mode: cors",
      "Proxy-X: 1",
      "Content-Type: text/plain;charset=UTF-8",
      "User-Agent: Mozilla",
      "Cache-Control: no-cache",
      "Referer: x",
      "Gone:",
      "X-Empty;",
    ].map((line) => `-H '${line}'`);
    const { requests, assumptions } = pasted(`curl ${URL} ${FROM} ${headers.join(" ")}`);
    expect(requests[0]?.headers).toEqual([
      ["origin", APP],
      ["access-control-request-method", "GET"],
      ["access-control-request-headers", "x-a,x-b,x-empty"],
    ]);
    expect(assumptions).toEqual([
      "preflight: what a browser sends before this request; the command does not send it",
      "user-agent, cache-control: taken to be the browser's own, so not asked for in the preflight",
    ]);
  });

  test("a safelisted header with a long value is asked for", () => {
    expect(shortly(`curl ${URL} ${FROM} -H 'Accept: ${"a".repeat(128)}'`)).toHaveLength(1);
    expect(shortly(`curl ${URL} ${FROM} -H 'Accept: ${"a".repeat(129)}'`)[0]).toContain(
      "preflight GET accept ",
    );
  });

  test("a Host of its own goes with both requests, and what a decision reads with the actual one", () => {
    const text = `curl -X PUT ${URL} ${FROM} -H 'Host: b.example.com' -H 'X-Forwarded-Proto: https' -H 'Sec-Fetch-Site: same-site'`;
    const { requests } = pasted(text);
    expect(requests[0]?.headers).toContainEqual(["Host", "b.example.com"]);
    expect(requests[1]?.headers).toEqual([
      ["origin", APP],
      ["Host", "b.example.com"],
      ["X-Forwarded-Proto", "https"],
      ["Sec-Fetch-Site", "same-site"],
    ]);
  });

  test.each([
    ["--http2", "HTTP/2"],
    ["-0", "HTTP/1.0"],
    ["--http1.1 --http3", "HTTP/3"],
    ["--compressed", undefined],
  ])("%s asks for %s", (option, version) => {
    expect(pasted(`curl ${option} ${URL}`).requests[0]?.httpVersion).toBe(version);
  });

  test("an origin that is known beside it", () => {
    expect(shortly(`curl -X PUT ${URL}`, { origin: APP })).toEqual([
      `preflight PUT ${URL} from ${APP}`,
      `PUT ${URL} from ${APP}`,
    ]);
    expect(pasted(`curl ${URL}`, { origin: APP }).assumptions).toEqual([
      `origin: ${APP}, which is added to the command`,
    ]);
    expect(shortly(`curl ${URL} ${FROM}`, { origin: "https://b.example.com" })).toEqual([
      `GET ${URL} from ${APP}`,
    ]);
  });

  test.each([
    [`-H 'Referer: ${APP}/page?a=1'`, APP, [`origin: ${APP}, taken from the Referer`]],
    [`-e ${APP}/page`, APP, [`origin: ${APP}, taken from the Referer`]],
    ["-H 'Referer: https://api.example.com/'", "nobody", [NOBODY]],
    ["-H 'Referer: about:client'", "nobody", [NOBODY]],
  ])("without an Origin, but with %s: from %s", (referer, origin, assumptions) => {
    const text = `curl ${URL} ${referer}`;
    expect(shortly(text)).toEqual([`GET ${URL} from ${origin}`]);
    expect(pasted(text).assumptions).toEqual(assumptions);
  });

  test("what is assumed is said", () => {
    expect(pasted(`curl api.example.com https://b.example.com`).assumptions).toEqual([
      "url: the first of those that the command names",
      "scheme: http, as curl takes a URL without one to be",
      "no Origin header: a program's request, unless the page's origin is added",
    ]);
    expect(pasted("curl api.example.com").requests[0]?.url).toBe("http://api.example.com");
  });

  test("without a URL it is refused", () => {
    expect(readPasted("curl -X PUT")).toEqual({
      ok: false,
      error: expect.stringContaining("names no URL"),
    });
  });
});

describe("as browsers copy it", () => {
  test("Chromium, for bash", () => {
    const text = [
      `curl '${URL}' \\`,
      `  -X 'PATCH' \\`,
      `  -H 'accept: */*' \\`,
      `  -H 'content-type: application/json' \\`,
      `  -b 'sid=abc' \\`,
      `  -H 'origin: ${APP}' \\`,
      `  -H 'sec-ch-ua: "Chromium";v="140"' \\`,
      `  --data-raw $'{"it\\'s":"\\u0021\\x41\\n\\q"}' \\`,
      "  --compressed",
    ].join("\r\n");
    expect(shortly(text)).toEqual([
      `preflight PATCH content-type ${URL} from ${APP}`,
      `PATCH ${URL} from ${APP}`,
    ]);
  });

  test("Chromium, for cmd", () => {
    const text = `curl ^"${URL}?a=1^&b=2^" ^\n  -X ^"PUT^" ^\n  -H ^"origin: ${APP}^" ^\n  --data-raw ^"^{^\\^"a^\\^":1^}^"`;
    expect(shortly(text)[1]).toBe(`PUT ${URL}?a=1&b=2 from ${APP}`);
  });

  test("double quotes, joined pieces, and a quote that nothing closes", () => {
    expect(shortly(`curl "https://api.example.com/a\\"b\\c"'d'e\\f "-HOrigin: ${APP}"`)).toEqual([
      `GET https://api.example.com/a"b\\cdef from ${APP}`,
    ]);
    expect(shortly(`curl "https://api.example.com/\\\nx" $HOME -H 'Origin: ${APP}`)).toEqual([
      `GET https://api.example.com/x from ${APP}`,
    ]);
  });
});

describe("what curl -v prints", () => {
  const TLS = [
    "*   Trying 192.0.2.1:443...",
    "* Connected to api.example.com (192.0.2.1) port 443 (#0)",
    "* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384",
    "* using HTTP/2",
    "> PUT /orders HTTP/2",
    "> Host: api.example.com",
    `> Origin: ${APP}`,
    "> X-Api-Key: 1",
    "> ",
    "< HTTP/2 403 ",
    "< content-type: text/plain; charset=utf-8",
    "< ",
    "* Connection #0 to host api.example.com left intact",
    "Specified Origin is not allowed",
  ].join("\n");

  test("over TLS", () => {
    expect(shortly(TLS)).toEqual([
      `preflight PUT x-api-key ${URL} from ${APP}`,
      `PUT ${URL} from ${APP}`,
    ]);
    const { claim, requests, assumptions } = pasted(TLS);
    expect(claim).toBe("the server answered with status 403");
    expect(requests[1]?.httpVersion).toBe("HTTP/2");
    expect(assumptions).toEqual([
      "preflight: what a browser sends before this request; it is not part of what was pasted",
    ]);
  });

  test("without TLS the path stands alone, beside its Host", () => {
    const text =
      "> GET /a HTTP/1.1\n> Host: api.example.com\n>\n< HTTP/1.1 301 Moved\n> GET /b HTTP/1.1\n> Host: b.example.com\n>\n";
    const { requests, claim, assumptions } = pasted(text);
    expect(requests.map(({ url, headers }) => [url, headers])).toEqual([
      ["/a", [["Host", "api.example.com"]]],
      ["/b", [["Host", "b.example.com"]]],
    ]);
    expect(claim).toBe("the server answered with status 301");
    expect(assumptions).toEqual([
      "no Origin header: a program's request, unless the page's origin is added",
    ]);
  });

  test("over TLS without a Host, and lines before the request", () => {
    const text = "* SSL connection using TLSv1.3\n> \n> GET /a HTTP/1.0\n>";
    expect(pasted(text).requests[0]?.url).toBe("/a");
    expect(pasted(text).claim).toBeUndefined();
  });
});

describe("a request as it stands on the wire", () => {
  test("a preflight is itself", () => {
    const text = `OPTIONS /orders HTTP/1.1\nHost: api.example.com\nOrigin: ${APP}\nAccess-Control-Request-Method: PUT\nAccess-Control-Request-Headers: x-api-key\n\nnot: a header`;
    expect(shortly(text)).toEqual([`preflight PUT x-api-key /orders from ${APP}`]);
    expect(pasted(text).requests[0]).toMatchObject({ httpVersion: "HTTP/1.1", url: "/orders" });
  });

  test("an origin that is known beside it", () => {
    const { assumptions, requests } = pasted("GET /orders HTTP/1.1\nHost: api.example.com", {
      origin: APP,
    });
    expect(assumptions).toEqual([`origin: ${APP}, which is added to the request`]);
    expect(requests[0]?.headers).toContainEqual(["origin", APP]);
  });
});
