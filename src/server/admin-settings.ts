import { parseHostName } from "../admin/host.ts";
import { parseToken, type Token } from "../admin/token.ts";
import type { TlsFiles } from "./certificates.ts";
import { isLocal, parseListen, type TcpAddress } from "./listen.ts";
import { type AdminTlsOption, readAdminTls } from "./listeners/tls-settings.ts";

/** The flags that say it. */
export type AdminOption = "admin" | "adminHost" | "adminToken" | "adminTokenFile" | AdminTlsOption;

/** Where operators connect, and who of them may. */
export type AdminSettings = {
  readonly address: TcpAddress;
  /** Known besides the names of loopback, as parseHostName gives them. */
  readonly hosts: ReadonlySet<string>;
  /** With neither a token nor an authority for clients nobody is asked; that is so on loopback only. */
  readonly token: TokenSource | undefined;
  /** Undefined: plaintext. */
  readonly tls: TlsFiles | undefined;
};

export type TokenSource =
  | { readonly kind: "given"; readonly token: Token }
  | { readonly kind: "file"; readonly path: string };

const NONE = "none";

/** Undefined: no admin listener. Adds what is wrong to the problems. */
export function readAdmin(
  texts: (name: AdminOption) => readonly string[],
  problems: string[],
): AdminSettings | undefined {
  const text = texts("admin").at(-1) ?? NONE;
  if (text === NONE) return undefined;
  const hosts = readHosts(texts("adminHost"), problems);
  const [given, file] = [texts("adminToken").at(-1), texts("adminTokenFile").at(-1)];
  const token = readTokenSource(given, file, problems);
  const tls = readAdminTls(texts, problems);
  const address = parseListen(text);
  if (!address.ok || address.value.kind !== "tcp") {
    problems.push(`--admin: \`${text}\` is no address; write \`HOST:PORT\`, or \`none\``);
    return undefined;
  }
  const key = given ?? file ?? texts("adminTlsClientCa").at(-1);
  if (key === undefined && !isLocal(address.value)) {
    problems.push(
      `--admin: \`${text}\` is beyond loopback: it needs --admin-token-file or --admin-tls-client-ca`,
    );
  }
  return { address: address.value, hosts, token, tls };
}

function readHosts(texts: readonly string[], problems: string[]): ReadonlySet<string> {
  const hosts = new Set<string>();
  for (const text of texts) {
    const host = parseHostName(text);
    if (host === undefined) {
      problems.push(
        `--admin-host: \`${text}\` is no name; write a host name or an address, no port`,
      );
    } else {
      hosts.add(host);
    }
  }
  return hosts;
}

/** A problem with a token never says what it is. */
function readTokenSource(
  text: string | undefined,
  path: string | undefined,
  problems: string[],
): TokenSource | undefined {
  if (text === undefined) return path === undefined ? undefined : { kind: "file", path };
  if (path !== undefined) problems.push("--admin-token and --admin-token-file exclude each other");
  const token = parseToken(text);
  if (token.ok) return { kind: "given", token: token.value };
  problems.push(`--admin-token: ${token.error}`);
  return undefined;
}
