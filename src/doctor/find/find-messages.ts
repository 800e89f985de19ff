import { type Attachment, type InForce, inForce, routesOn, setUpOf } from "../attachment.ts";
import type { DocumentFacts } from "../document-facts.ts";
import type { Processing } from "../dump/ext-proc.ts";
import { type Finding, finding } from "../finding.ts";
import type { FindingCode } from "../finding-code.ts";
import { quoteAll } from "../quote-all.ts";

/** What Envoy sends to corsd, how long it waits, and what it does with the answer. */
export function findMessages(
  attachment: Attachment,
  document: DocumentFacts | undefined,
): readonly Finding[] {
  const { extProc } = attachment;
  const modes = inForce(attachment, extProc.processing, ({ processing }) => processing);
  return [
    ...findSetUp(attachment),
    ...modes.flatMap(findProcessing),
    ...findAnswer(attachment),
    ...findTimeout(attachment),
    ...(document === undefined ? [] : findAttributes(attachment, document)),
  ];
}

type Words = readonly [message: string, advice: string, merge?: object];

function inFilter({ filter, extProc }: Attachment, code: FindingCode, words: Words): Finding {
  return finding(code, { ...filter.place, pointer: extProc.pointer }, ...words);
}

function findSetUp(attachment: Attachment): readonly Finding[] {
  const routes = routesOn(attachment).map(({ setUp }) => setUp);
  const setUps = [setUpOf(attachment.extProc.metadata), ...routes];
  if (!setUps.includes("unknown")) return [];
  return [
    inFilter(attachment, "mode-unknown", [
      "`x-corsd-mode` says what corsd does not know: it ends those streams with an error, and the requests fail",
      "leave `x-corsd-mode` out for the full set-up, or write `request-only`",
    ]),
  ];
}

/** True where some request is decided in the full set-up. */
export function isFull(attachment: Attachment): boolean {
  const { extProc } = attachment;
  const routes = routesOn(attachment);
  return routes.length === 0
    ? setUpOf(extProc.metadata) === "full"
    : routes.some((route) => route.setUp === "full");
}

function findProcessing({ what, place, setUps }: InForce<Processing>): readonly Finding[] {
  const found: Finding[] = [];
  const add = (code: FindingCode, ...words: Words): void => {
    found.push(finding(code, place, ...words));
  };
  if (!what.requestHeaders) {
    add(
      "request-headers-not-sent",
      "corsd does not see the requests: preflights go to the service, and nothing is refused",
      "send request headers",
      { request_header_mode: "SEND" },
    );
  }
  if (!what.responseHeaders && setUps.has("full")) {
    add(
      "response-headers-not-sent",
      "corsd does not see the responses: pages that are admitted get no Access-Control-Allow-Origin, or the service's own",
      "send response headers (or take the request-only set-up, all of it: `envoy/request-only.yaml`)",
      { response_header_mode: "SEND" },
    );
  }
  if (what.bodies.length > 0) {
    add(
      "bodies-sent",
      "bodies are sent to corsd, which does not read them: each costs a round trip, and buffered ones have a limit beyond which Envoy answers 413",
      `take ${quoteAll(what.bodies)} out`,
      Object.fromEntries(what.bodies.map((field) => [field, "NONE"])),
    );
  }
  if (what.trailers.length > 0) {
    add(
      "trailers-sent",
      "trailers are sent to corsd, which does not read them: each costs a round trip",
      `take ${quoteAll(what.trailers)} out`,
      Object.fromEntries(what.trailers.map((field) => [field, "SKIP"])),
    );
  }
  return found;
}

function findAnswer(attachment: Attachment): readonly Finding[] {
  const { extProc } = attachment;
  const found: Finding[] = [];
  if (extProc.ignoresImmediate) {
    found.push(
      inFilter(attachment, "immediate-response-disabled", [
        "Envoy takes neither answers to preflights nor refusals: all of those requests end with 500",
        "take `disable_immediate_response` out",
        { disable_immediate_response: null },
      ]),
    );
  }
  return [...found, ...findOpen(attachment)];
}

const OPEN: Words = [
  "while corsd is down or slow, requests that it would refuse get through, with the service's own CORS headers: its `*` too",
  "fail closed, or take the request-only set-up, which may fail open",
  { failure_mode_allow: false },
];

function findOpen(attachment: Attachment): readonly Finding[] {
  const { extProc } = attachment;
  const own = { value: extProc.failsOpen, pointer: extProc.pointer };
  return inForce(attachment, own, ({ failsOpen }) => failsOpen)
    .filter(({ what, setUps }) => what.value && setUps.has("full"))
    .map(({ place }) => finding("fails-open", place, ...OPEN));
}

/** A decision takes well under a millisecond; what is below this, in seconds, leaves no room for a network. */
const SHORTEST_TIMEOUT = 0.02;
/** In seconds. */
const LONGEST_TIMEOUT = 2;
const ADVISED = { message_timeout: "0.2s" };

function findTimeout(attachment: Attachment): readonly Finding[] {
  const { messageTimeout: seconds } = attachment.extProc;
  if (seconds < SHORTEST_TIMEOUT) {
    const message = `Envoy waits ${seconds} s for an answer: requests end with 504 on a corsd that is well`;
    const words: Words = [message, "write 0.2 s, which is Envoy's default", ADVISED];
    return [inFilter(attachment, "message-timeout-short", words)];
  }
  if (seconds > LONGEST_TIMEOUT) {
    const message = `Envoy waits ${seconds} s for an answer: where corsd is stuck, so is every request for that long`;
    const words: Words = [message, "write 0.2 s, which is Envoy's default", ADVISED];
    return [inFilter(attachment, "message-timeout-long", words)];
  }
  return [];
}

const ROUTE_NAME = "xds.route_name";
const PROTOCOL = "request.protocol";

function findAttributes(
  attachment: Attachment,
  { needsRouteName, needsHttpVersion }: DocumentFacts,
): readonly Finding[] {
  const { attributes } = attachment.extProc;
  const found: Finding[] = [];
  const merge = { request_attributes: [...new Set([...attributes, ROUTE_NAME, PROTOCOL])] };
  // corsd tells a filter without attributes from a request without a route by whether there are any at all.
  if (needsRouteName && !attributes.includes(ROUTE_NAME)) {
    const message =
      "groups of the document are matched by `route`, and corsd is not told the route: their requests fail with 500, or pass without a policy where other attributes are sent";
    const words: Words = [message, `send \`${ROUTE_NAME}\``, merge];
    found.push(inFilter(attachment, "route-name-not-sent", words));
  }
  if (needsHttpVersion && !attributes.includes(PROTOCOL)) {
    const message =
      "policies of the document have `httpVersions`, and corsd is not told the version: every request fails with 500";
    const words: Words = [message, `send \`${PROTOCOL}\``, merge];
    found.push(inFilter(attachment, "protocol-not-sent", words));
  }
  return found;
}
