import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { choosePort } from "../../demo/ports.ts";
import { startChild, untilReady } from "../../envoy/child.ts";

/** One series of an answer: its labels, and its value now. */
export type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

export type Alert = {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: "pending" | "firing";
};

export type RunningPrometheus = {
  readonly query: (expression: string) => Promise<readonly Sample[]>;
  /** Pending and firing ones. */
  readonly alerts: () => Promise<readonly Alert[]>;
  readonly stop: () => Promise<void>;
};

/** A real Prometheus on a free loopback port, its data in a folder of its own. Whoever starts it stops it. */
export async function startPrometheus(options: {
  /** Of the binary. */
  readonly path: string;
  /** `prometheus.yml`, which names the rules as `rules.yaml`. */
  readonly config: object;
  readonly rules: object;
}): Promise<RunningPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), "corsd-prometheus-"));
  await writeFile(join(folder, "prometheus.yml"), stringify(options.config));
  await writeFile(join(folder, "rules.yaml"), stringify(options.rules));
  const address = `127.0.0.1:${await choosePort(0)}`;
  const child = startChild(options.path, [
    `--config.file=${join(folder, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=${address}`,
    "--log.level=warn",
  ]);
  const stop = async (): Promise<void> => {
    await child.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const isReady = async (): Promise<boolean> => {
    try {
      return (await fetch(`http://${address}/-/ready`)).ok;
    } catch {
      // The port is not open yet.
      return false;
    }
  };
  try {
    await untilReady("prometheus", child, isReady);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...api(`http://${address}/api/v1`), stop };
}

function api(base: string): Pick<RunningPrometheus, "query" | "alerts"> {
  const get = async <T>(path: string): Promise<T> => {
    const answer: { status: string; error?: string; data: T } = await (
      await fetch(`${base}/${path}`)
    ).json();
    if (answer.status !== "success") throw new Error(`prometheus: ${answer.error}`);
    return answer.data;
  };
  type Vector = { result: { metric: Record<string, string>; value: [number, string] }[] };
  return {
    query: async (expression) => {
      const { result } = await get<Vector>(`query?query=${encodeURIComponent(expression)}`);
      return result.map(({ metric, value: [, value] }) => ({
        labels: metric,
        value: Number(value),
      }));
    },
    alerts: async () => (await get<{ alerts: Alert[] }>("alerts")).alerts,
  };
}
