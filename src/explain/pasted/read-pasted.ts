import { err, ok, type Result } from "../../cors/result.ts";
import { readConsole } from "./console.ts";
import { readCurl } from "./curl-command.ts";
import { isVerbose, readVerbose } from "./curl-verbose.ts";
import { type Known, MAX_PASTED, type Pasted } from "./pasted.ts";
import { isRequestLine, readRawRequest } from "./raw-request.ts";

/** Control and format characters, but for line feeds and tabs. */
const UNPRINTABLE = /[^\P{Cc}\n\t]|\p{Cf}/gu;

const UNDERSTOOD =
  "paste a browser's console message about CORS, a `curl` command, what `curl -v` printed, or a request that begins with a line such as `GET /orders HTTP/1.1`";

/**
 * Understands what somebody copied: which requests were sent, what had to be assumed, and why it failed as far as the
 * paste says. At most {@link MAX_PASTED} characters, in time linear in them; never throws. The error says what to add.
 */
export function readPasted(text: string, known: Known = {}): Result<Pasted, string> {
  if (text.length > MAX_PASTED) {
    return err(`it is longer than ${MAX_PASTED} characters; paste one message or one request`);
  }
  // What a terminal or an editor adds has no meaning; and parts of the text are printed, to a terminal too.
  const plain = text.replaceAll("\u00a0", " ").replace(UNPRINTABLE, "").trim();
  if (plain === "") return err(`it is empty; ${UNDERSTOOD}`);
  if (isVerbose(plain)) return readVerbose(plain, known);
  if (/^(?:[$%>#] )?curl(?:\.exe)?\s/.test(plain)) return readCurl(plain, known);
  if (isRequestLine(plain)) return ok(readRawRequest(plain, known));
  return readConsole(plain, known) ?? err(`it is none of what is understood; ${UNDERSTOOD}`);
}
