import { apiHost, appHost, evilHost } from "./page-server.ts";

export type Addresses = {
  readonly apiPort: number;
  readonly pagePort: number;
  readonly envoyAdminPort: number;
  readonly corsdAdminPort: number;
  /** Of the policy file, as a person would type it. */
  readonly policy: string;
};

/** What a person needs to know once everything runs. */
export function announcement(addresses: Addresses): string {
  const { apiPort, pagePort, envoyAdminPort, corsdAdminPort, policy } = addresses;
  const app = `http://${appHost}:${pagePort}`;
  const evil = `http://${evilHost}:${pagePort}`;
  return `
Open in a browser:
  ${app.padEnd(40)}  a page of an origin that the policy lists
  ${evil.padEnd(40)}  the same page, from an origin that it does not list

Or ask as a browser would (allowed, then refused):
  ${preflight(apiPort, app, "PUT")}
  ${preflight(apiPort, evil, "PUT")}

Edit and save this file; the change is in force within a second:
  ${policy}

The API is at http://${apiHost}:${apiPort}, Envoy's admin at http://127.0.0.1:${envoyAdminPort},
corsd's at http://127.0.0.1:${corsdAdminPort} (a console for browsers, metrics, explanations).
Ctrl-C ends all of it. What happens is written below.
`;
}

function preflight(port: number, origin: string, method: string): string {
  return `curl -i -X OPTIONS http://127.0.0.1:${port}/orders/1 \\
    -H 'Origin: ${origin}' -H 'Access-Control-Request-Method: ${method}'`;
}
