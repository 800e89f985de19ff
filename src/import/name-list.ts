/** A list of header or method names as corsd writes it, and a text for a difference where it does otherwise. */
export type NameList = {
  readonly names: readonly string[] | "*";
  readonly note: string | undefined;
};

// What follows is for products that send `*` as it is. To a browser it then is a wildcard without credentials, and a name
// like any other with them (Fetch, "CORS-preflight fetch" and "CORS filtered response"); Authorization is never covered.
// corsd answers `*` with what was asked for, so with credentials it would allow what was not allowed before.

export function allowedHeaders(names: readonly string[], credentials: boolean): NameList {
  if (!names.includes("*")) return listed(names);
  const others = names.filter((name) => name !== "*");
  return credentials
    ? {
        names: others,
        note: "`*` among the allowed headers is no wildcard to a browser that sends credentials, and would be one in corsd: it is left out, so list the headers that pages send",
      }
    : { names: "*", note: "`*` among the allowed headers now covers `Authorization` too" };
}

export function allowedMethods(names: readonly string[], credentials: boolean): NameList {
  if (!names.includes("*")) return listed(names);
  const others = names.filter((name) => name !== "*");
  return credentials
    ? {
        names: [...new Set(["GET", "HEAD", "POST", ...others])],
        note: "`*` among the allowed methods is no wildcard to a browser that sends credentials, and would be one in corsd: GET, HEAD and POST take its place, so list the methods that pages use",
      }
    : { names: "*", note: undefined };
}

export function exposedHeaders(names: readonly string[], credentials: boolean): NameList {
  if (!names.includes("*")) return listed(names);
  const others = names.filter((name) => name !== "*");
  return credentials
    ? {
        names: others,
        note: "`*` among the exposed headers is no wildcard to a browser that sends credentials, and would be one in corsd: it is left out, so list the headers that pages read",
      }
    : { names: "*", note: undefined };
}

function listed(names: readonly string[]): NameList {
  return { names, note: undefined };
}
