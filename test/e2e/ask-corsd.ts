import { attributes, ExtProcClient, headers, type TestHeader } from "../server/ext-proc-client.ts";
import type { RunningCorsd } from "./corsd-process.ts";

/** Sends request headers to this process as Envoy would, each on a stream of its own. */
export async function askCorsd(
  corsd: RunningCorsd,
  requests: readonly (readonly TestHeader[])[],
): Promise<void> {
  const client = new ExtProcClient(`unix:${corsd.socket}`);
  try {
    for (const lines of requests) {
      const stream = client.open({});
      stream.send({ request_headers: headers(lines), attributes: attributes({}) });
      await stream.next();
      stream.cancel();
    }
  } finally {
    client.close();
  }
}
