import { join } from "node:path";
import { findEnvoy } from "../envoy/find.ts";
import { renderConfig } from "../envoy/render.ts";
import { type Envoy, startEnvoyProcess } from "../envoy/start.ts";

const FULL = join(import.meta.dirname, "..", "envoy", "full.yaml");

/**
 * An Envoy in front of the service with several corsd behind it, whose health it asks four times a second. `port` 0: a
 * free one. It waits longer for corsd than it is shipped to: what is tried is what is answered, not how busy the machine
 * is.
 */
export async function startEnvoy(
  port: number,
  servicePort: number,
  sockets: readonly string[],
): Promise<Envoy> {
  const config = await renderConfig(FULL, { listenPort: port, adminPort: 0, servicePort });
  const patient = JSON.parse(
    JSON.stringify(config).replace('"message_timeout":"0.2s"', '"message_timeout":"5s"'),
  ) as typeof config;
  const clusters = patient.static_resources.clusters.map((cluster) =>
    cluster.name === "corsd" ? Object.assign(cluster, checked(sockets)) : cluster,
  );
  return startEnvoyProcess({
    path: await findEnvoy(),
    config: { ...patient, static_resources: { ...patient.static_resources, clusters } },
  });
}

function checked(sockets: readonly string[]): object {
  return {
    health_checks: [
      {
        timeout: "1s",
        interval: "0.25s",
        no_traffic_interval: "0.25s",
        unhealthy_interval: "0.25s",
        unhealthy_threshold: 1,
        healthy_threshold: 1,
        grpc_health_check: {},
      },
    ],
    outlier_detection: { consecutive_5xx: 5, base_ejection_time: "1s", interval: "0.5s" },
    load_assignment: {
      cluster_name: "corsd",
      endpoints: [
        {
          lb_endpoints: sockets.map((path) => ({ endpoint: { address: { pipe: { path } } } })),
        },
      ],
    },
  };
}
