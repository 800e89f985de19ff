import { CORS_SAFELISTED_METHODS } from "../../cors/check.ts";
import { err, ok, type Result } from "../../cors/result.ts";
import { browserRequests } from "./browser-requests.ts";
import type { Complaint } from "./complaint.ts";
import { findChromium } from "./console-chromium.ts";
import { findFirefox } from "./console-firefox.ts";
import { findSafari } from "./console-safari.ts";
import { failedMethod } from "./failed-method.ts";
import type { Known, Pasted } from "./pasted.ts";

/** A browser's console message about CORS, with what stood around it; undefined where it is none. */
export function readConsole(text: string, known: Known): Result<Pasted, string> | undefined {
  // Consoles and mails wrap lines wherever they like.
  const line = text.replace(/\s+/g, " ");
  const complaint = findChromium(line) ?? findFirefox(line) ?? findSafari(line);
  if (complaint === undefined) return undefined;
  const { url } = complaint;
  if (url === undefined) {
    return err(
      "the message does not name the URL; paste the line beside it too, such as `Fetch API cannot load https://…`",
    );
  }
  const said = complaint.origin ?? known.origin;
  if (said === undefined) {
    return err(
      "the message does not name the page's origin; add it as `origin` (on the command line `--origin https://app.example.com`)",
    );
  }
  return ok(understand({ ...complaint, url, said }, failedMethod(line, url)));
}

type Complete = Complaint & { readonly url: string; readonly said: string };

function understand(complaint: Complete, failed: string | undefined): Pasted {
  const { url, said, header, reason } = complaint;
  const method = complaint.method ?? failed ?? "GET";
  const isPreflighted =
    complaint.isPreflight || header !== undefined || !CORS_SAFELISTED_METHODS.has(method);
  const origin = complaint.isTainted ? "null" : said;
  const requests = browserRequests({
    method,
    url,
    origin,
    unsafeNames: header === undefined ? [] : [header],
    isPreflighted,
    headers: [],
    httpVersion: undefined,
  });
  const assumptions = [
    ...(complaint.origin === undefined ? [`origin: ${said}, which is added to the message`] : []),
    ...(complaint.isTainted
      ? ["origin: `null`, as browsers send it after a redirect from one other origin to the next"]
      : []),
    ...(complaint.method === undefined && failed === undefined
      ? ["method: taken to be GET, since the message does not say"]
      : []),
    ...(isPreflighted ? [headersAssumption(header)] : []),
    ...(complaint.others > 0 ? ["message: the first of those that were pasted"] : []),
  ];
  return { kind: "console", requests, assumptions, claim: reason };
}

function headersAssumption(header: string | undefined): string {
  return header === undefined
    ? "requested headers: taken to be none, since the message does not say"
    : `requested headers: \`${header}\`; the message does not say whether there were others`;
}
