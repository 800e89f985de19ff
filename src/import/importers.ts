import { importEnvoy } from "./envoy/import-envoy.ts";
import { importGatewayApi } from "./gateway-api/import-gateway-api.ts";
import { importGravitee } from "./gravitee/import-gravitee.ts";
import type { Importer } from "./imported.ts";
import { importIngressNginx } from "./ingress-nginx/import-ingress-nginx.ts";
import { importIstio } from "./istio/import-istio.ts";
import { importKong } from "./kong/import-kong.ts";
import { importSpringCloudGateway } from "./spring-cloud-gateway/import-spring-cloud-gateway.ts";
import { importWebmethods } from "./webmethods/import-webmethods.ts";

/** By the KIND of the command line, in the order of its help. */
export const IMPORTERS: ReadonlyMap<string, Importer> = new Map<string, Importer>([
  ["envoy", importEnvoy],
  ["gateway-api", importGatewayApi],
  ["gravitee", importGravitee],
  ["ingress-nginx", importIngressNginx],
  ["istio", importIstio],
  ["kong", importKong],
  ["spring-cloud-gateway", importSpringCloudGateway],
  ["webmethods", importWebmethods],
]);
