import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { startChild } from "../../envoy/child.ts";
import { findEnvoy } from "../../envoy/find.ts";
import { SERVE_OPTIONS } from "../../src/server/settings.ts";
import { runCorsd } from "../cli/run-corsd.ts";

// No container engine is needed: what a compose file most often gets wrong is what it refers to.

const root = join(import.meta.dirname, "..", "..");

type Service = {
  build?: { target: string };
  image?: string;
  command?: string[];
  healthcheck?: { test: string[] };
  volumes?: string[];
  ports?: string[];
  depends_on?: Record<string, unknown>;
};

const compose: {
  services: Record<string, Service> & { corsd: Service; envoy: Service };
  volumes: Record<string, unknown>;
} = parse(readFileSync(join(root, "docker-compose.yml"), "utf8"));
const services = Object.entries(compose.services);

/** The schema of the Compose Specification (Apache-2.0), as the package `dclint` has it. */
function composeSchema(): object {
  const file = join(root, "node_modules", "dclint", "schemas", "compose.schema.json");
  // The dialect is named by an address that Ajv does not know it by; it is the default.
  const { $schema: _, ...schema } = JSON.parse(readFileSync(file, "utf8"));
  return schema;
}
const dockerfile = readFileSync(join(root, "Dockerfile"), "utf8");

describe("docker-compose.yml", () => {
  const validate = new Ajv({ strict: false }).compile(composeSchema());

  test("is what the Compose Specification says, without an unknown field", () => {
    validate(compose);
    expect(validate.errors).toBeNull();
  });

  test("would be refused with a misspelt one", () => {
    const { corsd } = compose.services;
    expect(validate({ services: { corsd: { ...corsd, healthchecks: {} } } })).toBe(false);
    expect(validate.errors).toContainEqual(
      expect.objectContaining({ params: { additionalProperty: "healthchecks" } }),
    );
  });

  test("pins every image that it does not build", () => {
    const images = services.flatMap(([, { image }]) => image ?? []);
    expect(images).toHaveLength(3);
    expect(images.filter((image) => !/:v?\d+\.\d+\.\d+$/.test(image))).toEqual([]);
  });

  test("publishes on this machine only", () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(3);
    expect(ports.filter((port) => !port.startsWith("127.0.0.1:"))).toEqual([]);
  });

  test("asks corsd for its health as the image can run it", () => {
    const [, entrypoint = ""] = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile) ?? [];
    const words: string[] = JSON.parse(entrypoint);
    const [form, ...command] = compose.services.corsd.healthcheck?.test ?? [];
    expect(form).toBe("CMD");
    expect(command.slice(0, 3)).toEqual([words[0], words.at(-1), "probe"]);
    const [socket] = compose.services.corsd.command?.filter((word) => /^unix:/.test(word)) ?? [];
    expect(command.at(-1)).toBe(socket);
  });

  test("mounts only what exists", () => {
    const sources = services
      .flatMap(([, service]) => service.volumes ?? [])
      .map((volume) => volume.split(":")[0] ?? "");
    expect(sources).not.toEqual([]);
    const missing = sources.filter((source) =>
      source.startsWith("./") ? !existsSync(join(root, source)) : !(source in compose.volumes),
    );
    expect(missing).toEqual([]);
  });

  test("runs only scripts that exist", () => {
    const scripts = services
      .flatMap(([, service]) => service.command ?? [])
      .filter((word) => word.endsWith(".ts"));
    expect(scripts).not.toEqual([]);
    expect(scripts.filter((script) => !existsSync(join(root, script)))).toEqual([]);
  });

  test("builds only stages of the Dockerfile, and waits only for services of its own", () => {
    const stages = [...dockerfile.matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, stage]) => stage);
    const targets = services.flatMap(([, { build }]) => build?.target ?? []);
    expect(targets.filter((target) => !stages.includes(target))).toEqual([]);
    const awaited = services.flatMap(([, service]) => Object.keys(service.depends_on ?? {}));
    expect(awaited.filter((name) => !(name in compose.services))).toEqual([]);
  });
});

describe("the Dockerfile", () => {
  test("ends in an image without a shell, as the user that the pods run as", () => {
    const stage = dockerfile.slice(dockerfile.lastIndexOf("\nFROM ") + 1);
    expect(stage).toMatch(/^FROM gcr\.io\/distroless\/nodejs24-\S+ AS corsd\n/);
    // Without a shell nothing can be run, and no entry point be a line of text.
    expect(stage).not.toMatch(/^RUN |^(?:ENTRYPOINT|CMD) [^[]/m);
    const [, user = ""] = /^USER (\d+):\1$/m.exec(stage) ?? [];
    expect(compose.services.envoy).toMatchObject({ user: `${user}:${user}` });
    const pod = readFileSync(
      join(root, "deploy", "kubernetes", "overlays", "sidecar", "deployment.yaml"),
      "utf8",
    );
    expect(pod).toContain(`runAsUser: ${user}\n`);
  });

  test("copies only what exists and .dockerignore lets in", () => {
    const letIn = readFileSync(join(root, ".dockerignore"), "utf8");
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
      ([, words = ""]) => words.split(" "),
    );
    expect(copied).not.toEqual([]);
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(copied.filter((path) => !letIn.includes(`!${path}\n`))).toEqual([]);
  });
});

test("the health check of the image is a command that the program takes, and asks where it listens", async () => {
  const [, json = ""] = /^HEALTHCHECK [^[]*(\[.*\])$/m.exec(dockerfile) ?? [];
  const [node, main, ...args] = JSON.parse(json) as readonly string[];
  expect([node, main]).toEqual(["/nodejs/bin/node", "dist/main.js"]);
  expect(args.at(-1)).toBe(SERVE_OPTIONS.find(({ name }) => name === "admin")?.fallback);
  // On a port that nobody listens on: understood, and answered with no.
  const { code, err } = await runCorsd([...args.slice(0, -1), "127.0.0.1:1"]);
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("ECONNREFUSED") });
});

describe("the configuration for the containers", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "corsd-compose-"));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("is valid for Envoy and names the containers", async () => {
    const file = join(folder, "envoy.json");
    const script = startChild(process.execPath, [join(root, "demo", "compose-config.ts"), file]);
    expect(await script.ended).toBe("exit 0");
    const text = await readFile(file, "utf8");
    expect(text).toContain('"address": "service"');
    const args = ["--mode", "validate", "--config-path", file, "--disable-hot-restart"];
    const envoy = startChild(await findEnvoy(), args);
    expect(await envoy.ended).toBe("exit 0");
  });
});
