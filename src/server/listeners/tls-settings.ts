import type { TlsFiles } from "../certificates.ts";
import { type ClientName, parseClientName } from "./client-name.ts";

/** The flags that say it, of the data listeners. */
export type TlsOption = "tlsCert" | "tlsKey" | "tlsClientCa" | "tlsClientName";

/** Those of the admin listener. */
export type AdminTlsOption = "adminTlsCert" | "adminTlsKey" | "adminTlsClientCa";

/** The files of the data listeners; undefined: plaintext. Adds what is wrong to the problems. */
export function readTls(
  texts: (name: TlsOption) => readonly string[],
  problems: string[],
): TlsFiles | undefined {
  const files = {
    cert: texts("tlsCert").at(-1),
    key: texts("tlsKey").at(-1),
    clientCa: texts("tlsClientCa").at(-1),
  };
  return readFiles("--tls", files, problems);
}

/** The files of the admin listener; undefined: plaintext. Adds what is wrong to the problems. */
export function readAdminTls(
  texts: (name: AdminTlsOption) => readonly string[],
  problems: string[],
): TlsFiles | undefined {
  const files = {
    cert: texts("adminTlsCert").at(-1),
    key: texts("adminTlsKey").at(-1),
    clientCa: texts("adminTlsClientCa").at(-1),
  };
  return readFiles("--admin-tls", files, problems);
}

/** Whom the data listeners know; empty: everybody whose certificate they take. */
export function readClientNames(
  texts: (name: TlsOption) => readonly string[],
  problems: string[],
): ReadonlySet<ClientName> {
  const written = texts("tlsClientName");
  if (written.length > 0 && texts("tlsClientCa").length === 0) {
    problems.push("--tls-client-name needs --tls-client-ca: without it no client shows a name");
  }
  const names = new Set<ClientName>();
  for (const text of written) {
    const name = parseClientName(text);
    if (name.ok) names.add(name.value);
    else problems.push(`--tls-client-name: ${name.error}`);
  }
  return names;
}

type Written = { readonly [file in keyof TlsFiles]: string | undefined };

function readFiles(
  prefix: string,
  { cert, key, clientCa }: Written,
  problems: string[],
): TlsFiles | undefined {
  if (cert !== undefined && key !== undefined) return { cert, key, clientCa };
  if (cert !== undefined || key !== undefined || clientCa !== undefined) {
    problems.push(
      `${prefix}-cert and ${prefix}-key are needed together, and for ${prefix}-client-ca`,
    );
  }
  return undefined;
}
