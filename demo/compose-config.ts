import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { renderConfig } from "../envoy/render.ts";

// `node demo/compose-config.ts FILE`: writes envoy/full.yaml with the addresses of docker-compose.yml, so that the
// containers run the configuration that is shipped and not a copy of it.
const [target = "envoy.json"] = process.argv.slice(2);
const config = await renderConfig(join(import.meta.dirname, "..", "envoy", "full.yaml"), {
  // Compose publishes the port on the host's loopback only.
  listenHost: "0.0.0.0",
  listenPort: 8080,
  serviceHost: "service",
  servicePort: 9000,
  corsd: { pipe: "/run/corsd/corsd.sock" },
});
await writeFile(target, JSON.stringify(config, undefined, 2));
