import type { Line } from "../../oracle/model/request.ts";
import type { CredentialsMode } from "./fetching.ts";
import { listIn } from "./wire.ts";

// "Filtered response": which headers a script is shown.

const SAFELISTED = [
  "cache-control",
  "content-language",
  "content-length",
  "content-type",
  "expires",
  "last-modified",
  "pragma",
];
/** "forbidden response-header name". */
const FORBIDDEN = ["set-cookie", "set-cookie2"];

/** "basic filtered response". */
export function basicNames(headers: readonly Line[]): readonly string[] {
  const names = headers.map(([name]) => name).filter((name) => !FORBIDDEN.includes(name));
  return [...new Set(names)].sort();
}

/** "CORS filtered response", with the list that "main fetch" takes from Access-Control-Expose-Headers. */
export function exposedNames(
  headers: readonly Line[],
  credentials: CredentialsMode,
): readonly string[] {
  const listed = listIn(headers, "access-control-expose-headers") ?? [];
  const isAll = credentials !== "include" && listed.includes("*");
  const names = listed.map((name) => name.toLowerCase());
  return basicNames(headers).filter(
    (name) => isAll || SAFELISTED.includes(name) || names.includes(name),
  );
}
