import type { Attachment } from "../attachment.ts";
import type { Cluster } from "../dump/cluster.ts";
import { type Finding, finding } from "../finding.ts";

const THRESHOLDS = {
  max_connections: 100_000,
  max_pending_requests: 100_000,
  max_requests: 100_000,
};

/** Envoy's default; what waits for corsd counts, so that no more requests can be under way. */
const DEFAULT_THRESHOLD = 1024;

const HTTP2 = {
  typed_extension_protocol_options: {
    "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
      "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
      explicit_http_config: { http2_protocol_options: {} },
    },
  },
};

const HEALTH_CHECKS = {
  health_checks: [
    {
      timeout: "1s",
      interval: "2s",
      no_traffic_interval: "2s",
      unhealthy_threshold: 2,
      healthy_threshold: 1,
      grpc_health_check: { service_name: "envoy.service.ext_proc.v3.ExternalProcessor" },
    },
  ],
  outlier_detection: { consecutive_5xx: 5, interval: "1s", base_ejection_time: "5s" },
};

/** The clusters that corsd's filters go to, each once. */
export function findClusters(
  attachments: readonly Attachment[],
  clusters: readonly Cluster[],
): readonly Finding[] {
  const byName = new Map(clusters.map((cluster) => [cluster.name, cluster]));
  const wanted = new Map(
    attachments.flatMap((attachment) => {
      const { cluster } = attachment.extProc;
      return cluster === undefined ? [] : [[cluster, attachment] as const];
    }),
  );
  return [...wanted].flatMap(([name, attachment]) => {
    const cluster = byName.get(name);
    return cluster === undefined ? [missing(name, attachment)] : findIn(cluster);
  });
}

function missing(name: string, { filter, extProc }: Attachment): Finding {
  return finding(
    "cluster-missing",
    { ...filter.place, pointer: extProc.pointer },
    `Envoy has no cluster \`${name}\`: every request ends with 500, or passes undecided where it may fail open`,
    `add the cluster, as in \`envoy/full.yaml\``,
  );
}

function findIn(cluster: Cluster): readonly Finding[] {
  const { place, maxRequests, maxPending } = cluster;
  const found: Finding[] = [];
  if (!cluster.speaksHttp2) {
    const message =
      "Envoy speaks HTTP/1.1 to this cluster, and gRPC is HTTP/2: every request fails";
    found.push(finding("http2-missing", place, message, "have it speak HTTP/2", HTTP2));
  }
  const least = Math.min(maxRequests, maxPending);
  if (least <= DEFAULT_THRESHOLD) {
    found.push(
      finding(
        "circuit-breakers-low",
        place,
        `with more than ${least} requests waiting for corsd at a time, which a burst or a slow moment is enough for, the next end with 500`,
        "raise the circuit breakers",
        { circuit_breakers: { thresholds: [THRESHOLDS] } },
      ),
    );
  }
  return [...found, ...findHealth(cluster), ...findTls(cluster)];
}

function findHealth({ place, endpoints, healthChecks }: Cluster): readonly Finding[] {
  if (healthChecks.length === 0) {
    if (endpoints.length < 2) return [];
    return [
      finding(
        "health-checks-missing",
        place,
        `nobody checks which of the ${endpoints.length} instances are well: one that is lost goes on getting its share of the requests, which fail`,
        "add health checks and outlier detection",
        HEALTH_CHECKS,
      ),
    ];
  }
  if (healthChecks.some(({ checksWhenIdle }) => checksWhenIdle)) return [];
  return [
    finding(
      "health-checks-idle",
      place,
      "while nobody asks this cluster Envoy checks it every 60 s only: an instance that stops in the minute before the first request costs requests",
      "set `no_traffic_interval` of the health checks too (Envoy Gateway has no field for it)",
    ),
  ];
}

/** Names and addresses of this machine alone. */
const LOOPBACK = /^(?:pipe|localhost|::1|127(?:\.\d{1,3}){3})$/;

function findTls({ place, endpoints, hasTls }: Cluster): readonly Finding[] {
  const far = endpoints.find((address) => !LOOPBACK.test(address));
  if (hasTls || far === undefined) return [];
  return [
    finding(
      "tls-missing",
      place,
      `\`${far}\` is asked in plaintext: whoever is on the way can read origins and paths, and answer in corsd's place`,
      "use TLS with client certificates, a socket file, or a network that lets nobody else in",
    ),
  ];
}
