import { onTestFinished } from "vitest";
import { type AdminListener, type AdminOptions, startAdmin } from "../../src/admin/listener.ts";
import type { Site } from "../../src/admin/site.ts";
import { ok } from "../../src/cors/result.ts";

/** What is shown in tests. */
export const SITE: Site = {
  unready: () => undefined,
  metrics: async () => "a_metric 1\n",
  policy: async ({ tag, limit }) => JSON.stringify({ tag: tag ?? null, limit: limit ?? null }),
  origins: async (query) => (query.name === "none" ? undefined : query),
  decisions: async () => ({ decisions: [] }),
  refusals: async () => ({ refusals: [] }),
  diff: async (document) => ({ length: document.byteLength }),
  explain: async (described) => ok({ described }),
};

export type RunningAdmin = AdminListener & {
  readonly origin: string;
  /** What was thrown inside. */
  readonly faults: readonly unknown[];
};

/** A listener on a free loopback port that ends with the test. */
export async function startForTest(over: Partial<AdminOptions> = {}): Promise<RunningAdmin> {
  const faults: unknown[] = [];
  const started = await startAdmin({
    host: "127.0.0.1",
    port: 0,
    access: { hosts: new Set(), token: undefined, takesCertificates: false },
    tls: undefined,
    site: SITE,
    onFault: (error) => faults.push(error),
    ...over,
  });
  if (!started.ok) throw new Error(started.error);
  const { port, close } = started.value;
  onTestFinished(close);
  return { ...started.value, origin: `http://127.0.0.1:${port}`, faults };
}
