import { describe, expect, test } from "vitest";
import { readPasted } from "../../../src/explain/pasted/read-pasted.ts";
import { pasted, shortly } from "./pasted-shortly.ts";

const URL = "https://api.example.com/orders?id=1";
const APP = "https://app.example.com";
const PAGE = { origin: APP };

function chromium(reason: string, what = "fetch"): string {
  return `Access to ${what} at '${URL}' from origin '${APP}' has been blocked by CORS policy: ${reason}`;
}

const DOES_NOT_PASS = "Response to preflight request doesn't pass access control check: ";
const NO_HEADER = "No 'Access-Control-Allow-Origin' header is present on the requested resource.";
const ACTUAL = `GET ${URL} from ${APP}`;
const PREFLIGHT = `preflight GET ${URL} from ${APP}`;

describe("Chromium", () => {
  test.each([
    ["fetch", NO_HEADER, [ACTUAL], "the answer has no Access-Control-Allow-Origin"],
    [
      "fetch",
      `${NO_HEADER} If an opaque response serves your needs, set the request's mode to 'no-cors' to fetch the resource with CORS disabled.`,
      [ACTUAL],
      "the answer has no Access-Control-Allow-Origin",
    ],
    [
      "XMLHttpRequest",
      DOES_NOT_PASS + NO_HEADER,
      [PREFLIGHT, ACTUAL],
      "the answer to the preflight has no Access-Control-Allow-Origin",
    ],
    [
      "fetch",
      `${DOES_NOT_PASS}It does not have HTTP ok status.`,
      [PREFLIGHT, ACTUAL],
      "the answer to the preflight has no 2xx status",
    ],
    [
      "fetch",
      `${DOES_NOT_PASS}Redirect is not allowed for a preflight request.`,
      [PREFLIGHT, ACTUAL],
      "the answer to the preflight is a redirect",
    ],
    [
      "fetch",
      "Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.",
      [`preflight PUT ${URL} from ${APP}`, `PUT ${URL} from ${APP}`],
      "the answer to the preflight does not allow the method PUT",
    ],
    [
      "fetch",
      "Request header field X-Api-Key is not allowed by Access-Control-Allow-Headers in preflight response.",
      [`preflight GET x-api-key ${URL} from ${APP}`, ACTUAL],
      "the answer to the preflight does not allow the header x-api-key",
    ],
    [
      "fetch",
      `${DOES_NOT_PASS}The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.`,
      [PREFLIGHT, ACTUAL],
      "the page sends credentials, and `Access-Control-Allow-Origin: *` does not admit those",
    ],
    [
      "XMLHttpRequest",
      "The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be 'true' when the request's credentials mode is 'include'. The credentials mode of requests initiated by the XMLHttpRequest is controlled by the withCredentials attribute.",
      [ACTUAL],
      "the page sends credentials, and the answer has no Access-Control-Allow-Credentials: true",
    ],
    [
      "font",
      `The 'Access-Control-Allow-Origin' header contains multiple values '*, ${APP}', but only one is allowed.`,
      [ACTUAL],
      "the answer has several values in Access-Control-Allow-Origin",
    ],
    [
      "script",
      "The 'Access-Control-Allow-Origin' header has a value 'https://other.example.com' that is not equal to the supplied origin.",
      [ACTUAL],
      "the answer admits another origin",
    ],
    [
      "image",
      "The 'Access-Control-Allow-Origin' header contains the invalid value 'nobody'.",
      [ACTUAL],
      "the answer has an invalid Access-Control-Allow-Origin",
    ],
    [
      "fetch",
      "Cross origin requests are only supported for protocol schemes: chrome, data, http, https.",
      [ACTUAL],
      "the URL is not one of http or https, so no server was asked",
    ],
    [
      "fetch",
      "Permission was denied for this request to access the `loopback` address space.",
      [ACTUAL],
      "the browser says: Permission was denied for this request to access the `loopback` address space.",
    ],
  ])("%s: %s", (what, reason, requests, claim) => {
    expect(shortly(chromium(reason, what))).toEqual(requests);
    expect(pasted(chromium(reason, what)).claim).toBe(claim);
  });

  test("what is assumed is said", () => {
    expect(pasted(chromium(NO_HEADER)).assumptions).toEqual([
      "method: taken to be GET, since the message does not say",
    ]);
    expect(pasted(chromium(DOES_NOT_PASS + NO_HEADER)).assumptions).toEqual([
      "method: taken to be GET, since the message does not say",
      "requested headers: taken to be none, since the message does not say",
    ]);
    const header =
      "Request header field x-api-key is not allowed by Access-Control-Allow-Headers in preflight response.";
    expect(pasted(chromium(header)).assumptions).toEqual([
      "method: taken to be GET, since the message does not say",
      "requested headers: `x-api-key`; the message does not say whether there were others",
    ]);
  });

  test("with where it stood, wrapped, and with the line about the failed request, which names the method", () => {
    const wrapped = chromium(DOES_NOT_PASS + NO_HEADER).replaceAll(" ", "\n   ");
    const text = `index.html:1 ${wrapped}\nPUT ${URL} net::ERR_FAILED`;
    expect(shortly(text)).toEqual([`preflight PUT ${URL} from ${APP}`, `PUT ${URL} from ${APP}`]);
    expect(pasted(text).assumptions).toEqual([
      "requested headers: taken to be none, since the message does not say",
    ]);
  });

  test("the line about a request that takes a preflight means that one was sent", () => {
    const text = `${chromium(NO_HEADER)}\nDELETE ${URL} net::ERR_FAILED 403 (Forbidden)`;
    expect(shortly(text)).toEqual([
      `preflight DELETE ${URL} from ${APP}`,
      `DELETE ${URL} from ${APP}`,
    ]);
  });

  test("of several messages the first is explained", () => {
    const text = `${chromium(NO_HEADER)}\n${chromium("Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.")}`;
    expect(shortly(text)).toEqual([ACTUAL]);
    expect(pasted(text).assumptions).toContain("message: the first of those that were pasted");
  });

  test.each([
    ["of another origin that leads to a third", "https://old.example.com/orders", "null"],
    ["of the page's own origin", `${APP}/orders`, APP],
    ["within an origin", "https://api.example.com/old", APP],
    ["of a URL that is none", "about:blank", "null"],
  ])("a redirect %s is sent from %s", (_, from, sent) => {
    const text = chromium(NO_HEADER).replace(
      " from origin",
      ` (redirected from '${from}') from origin`,
    );
    expect(shortly(text)).toEqual([`GET ${URL} from ${sent}`]);
  });

  test("an origin that is none is taken as it is", () => {
    const text = chromium(NO_HEADER).replace(`origin '${APP}'`, "origin 'null'");
    expect(shortly(text)).toEqual([`GET ${URL} from null`]);
  });

  test("a message that breaks off is none", () => {
    expect(readPasted(`Access to fetch at '${URL}' from origin`).ok).toBe(false);
    expect(readPasted(`Access to fetch at '${URL}`).ok).toBe(false);
  });
});

function firefox(reason: string): string {
  return `Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at ${URL}. (Reason: ${reason}). Status code: 403.`;
}

describe("Firefox", () => {
  test.each([
    [
      "CORS header ‘Access-Control-Allow-Origin’ missing",
      [ACTUAL],
      "has no Access-Control-Allow-Origin",
    ],
    [
      "CORS header ‘Access-Control-Allow-Origin’ does not match ‘https://b.example.com’",
      [ACTUAL],
      "another origin",
    ],
    [
      "Credential is not supported if the CORS header ‘Access-Control-Allow-Origin’ is ‘*’",
      [ACTUAL],
      "sends credentials",
    ],
    [
      "expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’",
      [ACTUAL],
      "sends credentials",
    ],
    ["Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed", [ACTUAL], "several times"],
    [
      "Did not find method in CORS header ‘Access-Control-Allow-Methods’",
      [PREFLIGHT, ACTUAL],
      "does not allow the method",
    ],
    [
      "missing token ‘X-Api-Key’ in CORS header ‘Access-Control-Allow-Headers’ from CORS preflight channel",
      [`preflight GET x-api-key ${URL} from ${APP}`, ACTUAL],
      "does not allow a header",
    ],
    [
      "header ‘x-api-key’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response",
      [`preflight GET x-api-key ${URL} from ${APP}`, ACTUAL],
      "does not allow a header",
    ],
    [
      "invalid token ‘a b’ in CORS header ‘Access-Control-Allow-Headers’",
      [PREFLIGHT, ACTUAL],
      "malformed",
    ],
    [
      "invalid token ‘a b’ in CORS header ‘Access-Control-Allow-Methods’",
      [PREFLIGHT, ACTUAL],
      "malformed",
    ],
    ["CORS preflight channel did not succeed", [PREFLIGHT, ACTUAL], "the preflight failed"],
    ["CORS preflight response did not succeed", [PREFLIGHT, ACTUAL], "no 2xx status"],
    ["CORS request external redirect not allowed", [PREFLIGHT, ACTUAL], "redirect"],
    ["CORS request did not succeed", [ACTUAL], "no answer came"],
    ["CORS request not http", [ACTUAL], "not one of http"],
    ["CORS disabled", [ACTUAL], "switched off"],
    ["CORS header ‘Origin’ cannot be added", [ACTUAL], "could not add"],
    ["something new", [ACTUAL], "the browser says: something new"],
    ["a new word on 'Access-Control-Allow-Headers'", [ACTUAL], "the browser says"],
  ])("%s", (reason, requests, claim) => {
    expect(shortly(firefox(reason), PAGE)).toEqual(requests);
    expect(pasted(firefox(reason), PAGE).claim).toContain(claim);
    expect(pasted(firefox(reason), PAGE).assumptions[0]).toBe(
      `origin: ${APP}, which is added to the message`,
    );
  });

  test("does not name the page's origin, so that has to be added", () => {
    expect(readPasted(firefox("CORS disabled"))).toEqual({
      ok: false,
      error: expect.stringContaining("`--origin https://app.example.com`"),
    });
  });

  test("with straight quotation marks and a second message", () => {
    const text = firefox("CORS header 'Access-Control-Allow-Origin' missing");
    expect(pasted(`${text}\n${text}`, PAGE).assumptions).toContain(
      "message: the first of those that were pasted",
    );
  });

  test("a message that breaks off is none", () => {
    expect(readPasted(firefox("CORS disabled").slice(0, -25), PAGE).ok).toBe(false);
  });
});

const CANNOT = `[Error] Fetch API cannot load ${URL} due to access control checks.`;

describe("Safari", () => {
  test.each([
    [
      `[Error] Origin ${APP} is not allowed by Access-Control-Allow-Origin. Status code: 403`,
      [ACTUAL],
      "does not admit the page's origin",
    ],
    [
      "[Error] Preflight response is not successful. Status code: 403",
      [PREFLIGHT, ACTUAL],
      "no 2xx status",
    ],
    [
      "[Error] Method PUT is not allowed by Access-Control-Allow-Methods.",
      [`preflight PUT ${URL} from ${APP}`, `PUT ${URL} from ${APP}`],
      "the method PUT",
    ],
    [
      "[Error] Request header field X-Api-Key is not allowed by Access-Control-Allow-Headers.",
      [`preflight GET x-api-key ${URL} from ${APP}`, ACTUAL],
      "the header x-api-key",
    ],
    [
      "[Error] Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true.",
      [ACTUAL],
      "sends credentials",
    ],
    [
      '[Error] Credentials flag is true, but Access-Control-Allow-Credentials is not "true".',
      [ACTUAL],
      "sends credentials",
    ],
    [
      "[Error] Access-Control-Allow-Origin cannot contain more than one origin.",
      [ACTUAL],
      "several values",
    ],
    ["", [ACTUAL], "the line before it says why"],
  ])("%s", (line, requests, claim) => {
    const text = `${line}\n${CANNOT}\n[Error] Failed to load resource: ${line.slice(8)} (orders, line 0)`;
    expect(shortly(text, PAGE)).toEqual(requests);
    expect(pasted(text, PAGE).claim).toContain(claim);
  });

  test("without the line that names the URL, that is asked for", () => {
    const text = `Origin ${APP} is not allowed by Access-Control-Allow-Origin. Status code: 403`;
    expect(readPasted(text)).toEqual({
      ok: false,
      error: expect.stringContaining("does not name the URL"),
    });
  });

  test("a list that does not allow what no name is said of", () => {
    const text = `It is not allowed by Access-Control-Allow-Headers\n${CANNOT}`;
    expect(shortly(text, PAGE)).toEqual([PREFLIGHT, ACTUAL]);
  });

  test("names the origin itself, where that was refused", () => {
    const text = `Origin ${APP} is not allowed by Access-Control-Allow-Origin.\n${CANNOT}`;
    expect(shortly(text)).toEqual([ACTUAL]);
    expect(readPasted(CANNOT)).toEqual({ ok: false, error: expect.stringContaining("--origin") });
  });
});
