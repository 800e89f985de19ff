import type { Needed } from "../../extproc/exchange.ts";
import type { NamedPolicy, SourceStatus } from "../../source/source.ts";
import { STREAM_ENDS, type Unexpected } from "../observe.ts";
import type { ProcessUsage } from "./process-usage.ts";
import { addSeries, type Series, type Tally } from "./tally.ts";

/** Everything that the metrics are made of, read at one moment. */
export type Reading = {
  readonly tally: Tally;
  readonly status: SourceStatus;
  readonly names: readonly NamedPolicy[];
  readonly reloads: readonly Series[];
  readonly usage: ProcessUsage;
};

export type Metric = {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge";
  readonly labels: readonly string[];
  readonly of: (reading: Reading) => readonly Series[];
};

const VERDICT = ["group", "policy", "kind", "outcome", "reason"];

/** Counted from a closed set: those that were never seen are 0, so that a first one is seen as an increase. */
const UNEXPECTED: Readonly<Record<Unexpected, true>> = {
  request_headers: true,
  response_headers: true,
  request_body: true,
  response_body: true,
  request_trailers: true,
  response_trailers: true,
  empty: true,
  malformed: true,
  "too-long": true,
};

const NEEDED: Readonly<Record<Needed, true>> = {
  ":method": true,
  ":path": true,
  "xds.route_name": true,
  "request.protocol": true,
  "x-corsd-mode": true,
};

/** All but `corsd_decision_seconds`, which is a histogram. */
export const METRICS: readonly Metric[] = [
  {
    name: "corsd_decisions_total",
    help: "Decisions that were applied",
    type: "counter",
    labels: VERDICT,
    of: ({ tally }) => tally.decisions,
  },
  {
    name: "corsd_shadow_decisions_total",
    help: "Decisions that were not applied: of shadow policies, or while Envoy only observes",
    type: "counter",
    labels: [...VERDICT, "differs"],
    of: ({ tally }) => tally.shadows,
  },
  {
    name: "corsd_streams_active",
    help: "Open ext_proc streams: exchanges that wait for their response",
    type: "gauge",
    labels: [],
    of: ({ tally }) => one(tally.activeStreams),
  },
  {
    name: "corsd_streams_total",
    help: "Ended ext_proc streams, by who ended them",
    type: "counter",
    labels: ["end"],
    of: ({ tally }) => complete("end", STREAM_ENDS, tally.streams),
  },
  {
    name: "corsd_unexpected_messages_total",
    help: "Messages that Envoy should not have sent",
    type: "counter",
    labels: ["message"],
    of: ({ tally }) => complete("message", Object.keys(UNEXPECTED), tally.unexpected),
  },
  {
    name: "corsd_missing_attribute_total",
    help: "Streams that failed since Envoy does not send what the policy document needs",
    type: "counter",
    labels: ["attribute"],
    of: ({ tally }) => complete("attribute", Object.keys(NEEDED), tally.missing),
  },
  {
    name: "corsd_unlisted_exposures_total",
    help: "Request-only answers that could not list the names for a credentialed exposeHeaders `*`",
    type: "counter",
    labels: [],
    of: ({ tally }) => one(tally.unlistedExposures),
  },
  {
    name: "corsd_refused_clients_total",
    help: "Connections that were cut since the client's certificate has no name that is known here",
    type: "counter",
    labels: [],
    of: ({ tally }) => one(tally.refusedClients),
  },
  {
    name: "corsd_bugs_total",
    help: "Streams that ended by a bug of corsd",
    type: "counter",
    labels: [],
    of: ({ tally }) => one(tally.bugs),
  },
  {
    name: "corsd_policy_reloads_total",
    help: "Readings of the policy files after the first, by what became of them",
    type: "counter",
    labels: ["result"],
    of: ({ reloads }) => reloads,
  },
  {
    name: "corsd_policy_stale",
    help: "1 while the policy files have errors and the last good document stays in force",
    type: "gauge",
    labels: [],
    of: ({ status }) => one(status.isStale ? 1 : 0),
  },
  {
    name: "corsd_policy_loaded_timestamp_seconds",
    help: "When the document in force came into force",
    type: "gauge",
    labels: [],
    of: ({ status }) => one(status.since / 1000),
  },
  {
    name: "corsd_policy_info",
    help: "1 for each policy of the document in force and each of its tags",
    type: "gauge",
    labels: ["revision", "policy", "tag"],
    of: infoSeries,
  },
  {
    name: "process_cpu_user_seconds_total",
    help: "CPU time in user mode",
    type: "counter",
    labels: [],
    of: ({ usage }) => one(usage.userSeconds),
  },
  {
    name: "process_cpu_system_seconds_total",
    help: "CPU time in the kernel",
    type: "counter",
    labels: [],
    of: ({ usage }) => one(usage.systemSeconds),
  },
  {
    name: "process_cpu_seconds_total",
    help: "CPU time in all",
    type: "counter",
    labels: [],
    of: ({ usage }) => one(usage.userSeconds + usage.systemSeconds),
  },
  {
    name: "process_start_time_seconds",
    help: "When the process started",
    type: "gauge",
    labels: [],
    of: ({ usage }) => one(usage.startedAt),
  },
  {
    name: "process_resident_memory_bytes",
    help: "Memory of the process that is in RAM",
    type: "gauge",
    labels: [],
    of: ({ usage }) => one(usage.residentBytes),
  },
  {
    name: "process_open_fds",
    help: "Open file descriptors (Linux)",
    type: "gauge",
    labels: [],
    of: ({ usage }) => one(usage.openFiles),
  },
  {
    name: "nodejs_heap_size_total_bytes",
    help: "Size of the JavaScript heap",
    type: "gauge",
    labels: [],
    of: ({ usage }) => one(usage.heapTotalBytes),
  },
  {
    name: "nodejs_heap_size_used_bytes",
    help: "Used part of the JavaScript heap",
    type: "gauge",
    labels: [],
    of: ({ usage }) => one(usage.heapUsedBytes),
  },
  {
    name: "nodejs_external_memory_bytes",
    help: "Memory of buffers outside of the heap",
    type: "gauge",
    labels: [],
    of: ({ usage }) => one(usage.externalBytes),
  },
  {
    name: "nodejs_eventloop_seconds_total",
    help: "Time of the event loops that answer: busy with code, or idle",
    type: "counter",
    labels: ["state"],
    of: ({ tally }) => [
      { labels: { state: "busy" }, count: tally.busySeconds },
      { labels: { state: "idle" }, count: tally.idleSeconds },
    ],
  },
  {
    name: "nodejs_version_info",
    help: "The version of Node.js",
    type: "gauge",
    labels: ["version"],
    of: () => [{ labels: { version: process.version }, count: 1 }],
  },
];

function one(count: number): readonly Series[] {
  return [{ labels: {}, count }];
}

function complete(
  label: string,
  values: readonly string[],
  counted: readonly Series[],
): readonly Series[] {
  return addSeries([
    ...values.map((value) => ({ labels: { [label]: value }, count: 0 })),
    ...counted,
  ]);
}

function infoSeries({ status: { revision }, names }: Reading): readonly Series[] {
  const series = names.flatMap(({ name, tags }) =>
    // A policy without tags is there too.
    (tags.length === 0 ? [""] : tags).map((tag) => ({
      labels: { revision, policy: name, tag },
      count: 1,
    })),
  );
  return addSeries(series);
}
