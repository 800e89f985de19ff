import type { Request } from "../../src/cors/request.ts";
import type { ConformanceCase } from "./case.ts";
import { requestMessage } from "./envoy-model.ts";

/** The request of a case, as Envoy shows it. */
export function requestOf({ request, setup }: ConformanceCase): Request {
  const headers = new Map(requestMessage(request, setup));
  return {
    method: request.method,
    path: request.path,
    scheme: headers.get(":scheme"),
    authority: headers.get(":authority"),
    origin: headers.get("origin"),
    requestMethod: headers.get("access-control-request-method"),
    requestHeaders: headers.get("access-control-request-headers"),
    requestPrivateNetwork: headers.get("access-control-request-private-network"),
    upgrade: headers.get("upgrade"),
    secFetchSite: headers.get("sec-fetch-site"),
    forwardedProto: headers.get("x-forwarded-proto"),
    group: request.group,
    route: request.route,
    httpVersion: request.httpVersion ?? "HTTP/1.1",
  };
}
