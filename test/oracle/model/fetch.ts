import type { Line } from "./request.ts";

// What a browser makes of an answer: the steps of the Fetch standard (https://fetch.spec.whatwg.org), as far as they
// look at headers.

export type CredentialsMode = "omit" | "include";

/** "CORS check". */
export function passesCorsCheck(
  origin: string,
  mode: CredentialsMode,
  headers: readonly Line[],
): boolean {
  const allowed = get(headers, "access-control-allow-origin");
  if (allowed === undefined) return false;
  if (mode !== "include" && allowed === "*") return true;
  if (allowed !== origin) return false;
  return mode !== "include" || get(headers, "access-control-allow-credentials") === "true";
}

/** The request that a preflight asks for: its method, and its names that no safelist covers, in lower case. */
export type Asked = { readonly method: string; readonly names: readonly string[] };

/** "CORS-preflight fetch", from step 7 on. */
export function passesPreflight(
  origin: string,
  mode: CredentialsMode,
  { method, names }: Asked,
  { status, headers }: { readonly status: number; readonly headers: readonly Line[] },
): boolean {
  if (!passesCorsCheck(origin, mode, headers) || status < 200 || status > 299) return false;
  const methods = extract(headers, "access-control-allow-methods");
  const listed = extract(headers, "access-control-allow-headers").map((name) => name.toLowerCase());
  const takesStar = mode !== "include";
  const isSafelisted = ["GET", "HEAD", "POST"].includes(method);
  if (!methods.includes(method) && !isSafelisted && !(takesStar && methods.includes("*"))) {
    return false;
  }
  return names.every(
    (name) =>
      listed.includes(name) || (takesStar && name !== "authorization" && listed.includes("*")),
  );
}

/** "get": all values of a name, joined. */
function get(headers: readonly Line[], name: string): string | undefined {
  const values = headers.filter(([each]) => each === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(", ");
}

/** "extract header list values". */
function extract(headers: readonly Line[], name: string): readonly string[] {
  return (get(headers, name) ?? "")
    .split(",")
    .map((value) => value.trim())
    .filter((value) => value !== "");
}
