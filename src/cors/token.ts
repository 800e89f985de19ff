// token = 1*tchar, RFC 9110 section 5.6.2. Methods and header names are tokens.
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** True for one RFC 9110 token: not empty, no blank, no separator, ASCII only. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}
