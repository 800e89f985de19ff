import type { Attachment } from "../attachment.ts";
import type { Manager } from "../dump/manager.ts";
import { type Finding, finding } from "../finding.ts";
import { quoteAll } from "../quote-all.ts";

/** What the connection manager does to a request before anybody decides about it. */
export function findManager({ manager }: Attachment): readonly Finding[] {
  return [...findSpellings(manager), ...findPort(manager), ...findProto(manager)];
}

const ONE_SPELLING = {
  normalize_path: true,
  merge_slashes: true,
  path_with_escaped_slashes_action: "UNESCAPE_AND_REDIRECT",
};

function findSpellings(manager: Manager): readonly Finding[] {
  const off = [
    ...(manager.normalizesPath ? [] : ["normalize_path"]),
    ...(manager.mergesSlashes ? [] : ["merge_slashes"]),
    ...(KEEPING.includes(manager.escapedSlashes) ? ["path_with_escaped_slashes_action"] : []),
  ];
  if (off.length === 0) return [];
  return [
    finding(
      "path-spellings",
      manager.place,
      `with ${quoteAll(off)} off, one path can be written in several ways, and be one API to Envoy's routes and to corsd, and another to the service`,
      "have Envoy settle on one spelling",
      ONE_SPELLING,
    ),
  ];
}

/** Nothing said means that slashes stay as they are, unless the runtime says otherwise. */
const KEEPING = ["", "IMPLEMENTATION_SPECIFIC_DEFAULT", "KEEP_UNCHANGED"];

function findPort({ stripsAnyPort, place }: Manager): readonly Finding[] {
  if (!stripsAnyPort) return [];
  return [
    finding(
      "host-port-stripped",
      place,
      "corsd compares the Origin with Host, and the port is gone there: requests of the API's own origin are taken for those of another where the port is not the default",
      "take `strip_any_host_port` out",
      { strip_any_host_port: null },
    ),
  ];
}

/** A guess: whether something in front of Envoy can be trusted is not written in its configuration. */
function findProto({
  usesRemoteAddress,
  trustedHops,
  isOuter,
  place,
}: Manager): readonly Finding[] {
  if (usesRemoteAddress || trustedHops > 0 || !isOuter) return [];
  return [
    finding(
      "forwarded-proto-trusted",
      place,
      "Envoy takes X-Forwarded-Proto from whoever sends it, and by it corsd tells the API's own origin: if clients reach this listener directly, it is their word",
      "set `use_remote_address: true` where Envoy is the edge; behind a proxy that sets the header say so with `xff_num_trusted_hops`",
      { use_remote_address: true },
    ),
  ];
}
