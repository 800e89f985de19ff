import { lowerAscii } from "../../cors/ascii.ts";
import { err, ok, type Result } from "../../cors/result.ts";
import { quote } from "../../policy/quote.ts";

const NAME = /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$|^\[[0-9a-f:.]+\]$/;
const PORT = /:(?:[0-9]+|\*)$/;

/** A domain of a virtual host as the `host` of a match: undefined is any. Its port is dropped. */
export function hostOfDomain(domain: string): Result<string | undefined, string> {
  if (domain === "*") return ok(undefined);
  const host = lowerAscii(domain).replace(PORT, "");
  if (host === "*") return ok(undefined);
  return NAME.test(host)
    ? ok(host)
    : err(
        `the domain ${quote(domain)} is no host of a document, which is a name, or \`*.\` and a name: its requests fall to wider hosts`,
      );
}
