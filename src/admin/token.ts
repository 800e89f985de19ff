import { createHash, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import { err, ok, type Result } from "../cors/result.ts";

/** Shortest token in characters: about 90 bits if it is random, more than anybody tries over a network. */
export const MIN_TOKEN_LENGTH = 16;
/** Longest: headers hold 16 KiB in all. */
export const MAX_TOKEN_LENGTH = 1024;

const TOKEN = /^[\x21-\x7e]+$/;

/** The secret that opens the admin listener. It keeps no text that could be logged. */
export class Token {
  readonly #digest: Buffer;

  constructor(text: string) {
    this.#digest = digest(text);
  }

  /** True for `Bearer TOKEN` (RFC 6750 section 2.1). Takes the same time for every wrong one. */
  opens(authorization: string | undefined): boolean {
    const [, text] = /^bearer +([^ ]+)$/i.exec(authorization ?? "") ?? [];
    return timingSafeEqual(digest(text ?? ""), this.#digest) && text !== undefined;
  }

  /** Whether it is the same text. */
  equals(other: Token): boolean {
    return timingSafeEqual(this.#digest, other.#digest);
  }
}

export function parseToken(text: string): Result<Token, string> {
  if (text.length < MIN_TOKEN_LENGTH || text.length > MAX_TOKEN_LENGTH || !TOKEN.test(text)) {
    return err(
      `a token is ${MIN_TOKEN_LENGTH} to ${MAX_TOKEN_LENGTH} visible ASCII characters without blanks`,
    );
  }
  return ok(new Token(text));
}

/** The token in a file; line ends behind it are no part of it. The error names the file, never what is in it. */
export async function readTokenFile(file: string): Promise<Result<Token, string>> {
  try {
    const token = parseToken((await readFile(file, "utf8")).trimEnd());
    return token.ok ? token : err(`\`${file}\`: ${token.error}`);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return err(`cannot read the token: ${cause}`);
  }
}

/** Of equal length whatever the text's, as timingSafeEqual wants it. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
