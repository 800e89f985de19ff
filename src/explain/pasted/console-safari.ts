import type { Complaint } from "./complaint.ts";
import { namesIn } from "./console-chromium.ts";
import { between } from "./parts.ts";

// WebKit writes two lines: why ("Origin <origin> is not allowed by Access-Control-Allow-Origin. Status code: 403") and
// what ("Fetch API cannot load <url> due to access control checks."; WebKit, CrossOriginAccessControl.cpp). The console
// repeats them behind "Failed to load resource:".

const WHAT = " due to access control checks.";

export function findSafari(line: string): Complaint | undefined {
  const found = REASONS.find(({ words }) => line.includes(words));
  const url = wordBefore(line, WHAT);
  if (found === undefined && url === undefined) return undefined;
  const names = namesIn(fromName(line));
  return {
    url,
    origin: between(line, "Origin ", " is not allowed by Access-Control-Allow-Origin"),
    ...names,
    isPreflight: found?.isPreflight === true,
    isTainted: false,
    reason: meaningOf(names, found?.meaning),
    others: 0,
  };
}

/** The line from where a name can stand, such as `Method PUT is not allowed by …`. */
function fromName(line: string): string {
  const starts = ["Method ", "Request header field "].map((words) => line.indexOf(words));
  const start = starts.find((at) => at >= 0);
  return start === undefined ? "" : line.slice(start);
}

function wordBefore(line: string, words: string): string | undefined {
  const end = line.indexOf(words);
  return end < 0 ? undefined : line.slice(line.lastIndexOf(" ", end - 1) + 1, end);
}

function meaningOf(
  { method, header }: Pick<Complaint, "method" | "header">,
  meaning: string | undefined,
): string {
  if (method !== undefined)
    return `the answer to the preflight does not allow the method ${method}`;
  if (header !== undefined)
    return `the answer to the preflight does not allow the header ${header}`;
  return meaning ?? "the browser's access control checks failed; the line before it says why";
}

type Reason = { readonly words: string; readonly meaning: string; readonly isPreflight?: boolean };

const REASONS: readonly Reason[] = [
  {
    words: "is not allowed by Access-Control-Allow-Origin",
    meaning: "the answer does not admit the page's origin",
  },
  {
    words: "Preflight response is not successful",
    meaning: "the answer to the preflight has no 2xx status",
    isPreflight: true,
  },
  {
    words: "is not allowed by Access-Control-Allow-Methods",
    meaning: "the answer to the preflight does not allow the method",
    isPreflight: true,
  },
  {
    words: "is not allowed by Access-Control-Allow-Headers",
    meaning: "the answer to the preflight does not allow a header that the page sends",
    isPreflight: true,
  },
  {
    words: "Cannot use wildcard in Access-Control-Allow-Origin",
    meaning:
      "the page sends credentials, and `Access-Control-Allow-Origin: *` does not admit those",
  },
  {
    words: "Credentials flag is true, but Access-Control-Allow-Credentials",
    meaning:
      "the page sends credentials, and the answer has no Access-Control-Allow-Credentials: true",
  },
  {
    words: "Access-Control-Allow-Origin cannot contain more than one origin",
    meaning: "the answer has several values in Access-Control-Allow-Origin",
  },
];
