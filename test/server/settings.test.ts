import { describe, expect, test } from "vitest";
import { Token } from "../../src/admin/token.ts";
import {
  type Environment,
  type Flags,
  kebab,
  parseDuration,
  readSettings,
  SERVE_OPTIONS,
  type Settings,
} from "../../src/server/settings.ts";

const SECRET = "0123456789abcdef";

const DEFAULTS: Settings = {
  policy: ["p.yaml"],
  listen: [{ kind: "tcp", host: "127.0.0.1", port: 50_051 }],
  socketMode: undefined,
  tls: undefined,
  clientNames: new Set(),
  admin: {
    address: { kind: "tcp", host: "127.0.0.1", port: 9905 },
    hosts: new Set(),
    token: undefined,
    tls: undefined,
  },
  logLevel: "info",
  logRefusals: 1,
  consoleRefusals: 256,
  resetLimit: { kind: "lifted" },
  workers: 1,
  drainDelay: 5000,
  drainTimeout: 10_000,
};

describe("readSettings", () => {
  test.each<[string, Flags, Environment, Partial<Settings>]>([
    ["defaults", {}, {}, {}],
    ["policies", { policy: ["a", "b"] }, {}, { policy: ["a", "b"] }],
    ["a variable that is a list", { policy: [] }, { CORSD_POLICY: "a,b" }, { policy: ["a", "b"] }],
    ["the flag wins", { policy: ["a"] }, { CORSD_POLICY: "b" }, { policy: ["a"] }],
    ["an empty variable is none", {}, { CORSD_LOG_LEVEL: "" }, { logLevel: "info" }],
    [
      "listeners",
      { listen: ["unix:/s", "[::1]:0"] },
      {},
      {
        listen: [
          { kind: "unix", path: "/s" },
          { kind: "tcp", host: "::1", port: 0 },
        ],
      },
    ],
    ["a mode of sockets", { socketMode: "0660" }, {}, { socketMode: 0o660 }],
    ["one by its variable", {}, { CORSD_SOCKET_MODE: "777" }, { socketMode: 0o777 }],
    [
      "TLS",
      { tlsCert: "c", tlsKey: "k" },
      {},
      { tls: { cert: "c", key: "k", clientCa: undefined } },
    ],
    [
      "mutual TLS",
      {},
      { CORSD_TLS_CERT: "c", CORSD_TLS_KEY: "k", CORSD_TLS_CLIENT_CA: "a" },
      { tls: { cert: "c", key: "k", clientCa: "a" } },
    ],
    [
      "names of clients",
      { tlsClientName: ["spiffe://cluster.local/ns/envoy/sa/envoy", "Envoy.example"] },
      { CORSD_TLS_CERT: "c", CORSD_TLS_KEY: "k", CORSD_TLS_CLIENT_CA: "a" },
      {
        tls: { cert: "c", key: "k", clientCa: "a" },
        clientNames: new Set(["URI:spiffe://cluster.local/ns/envoy/sa/envoy", "DNS:envoy.example"]),
      },
    ],
    [
      "names of clients by their variable",
      { tlsCert: "c", tlsKey: "k", tlsClientCa: "a" },
      { CORSD_TLS_CLIENT_NAME: "a.example,b.example" },
      {
        tls: { cert: "c", key: "k", clientCa: "a" },
        clientNames: new Set(["DNS:a.example", "DNS:b.example"]),
      },
    ],
    ["no admin listener", { admin: "none", adminToken: "short" }, {}, { admin: undefined }],
    [
      "an admin listener on loopback, without a token",
      { admin: "[::1]:0" },
      {},
      {
        admin: {
          address: { kind: "tcp", host: "::1", port: 0 },
          hosts: new Set(),
          token: undefined,
          tls: undefined,
        },
      },
    ],
    [
      "an admin listener beyond loopback",
      { adminHost: ["Admin.example.", "[fd00:0::1]"] },
      { CORSD_ADMIN: "0.0.0.0:1", CORSD_ADMIN_TOKEN_FILE: "/t", CORSD_ADMIN_HOST: "x" },
      {
        admin: {
          address: { kind: "tcp", host: "0.0.0.0", port: 1 },
          hosts: new Set(["admin.example", "fd00::1"]),
          token: { kind: "file", path: "/t" },
          tls: undefined,
        },
      },
    ],
    [
      "an admin listener beyond loopback with client certificates",
      { admin: "0.0.0.0:1", adminTlsCert: "c", adminTlsKey: "k" },
      { CORSD_ADMIN_TLS_CLIENT_CA: "a" },
      {
        admin: {
          address: { kind: "tcp", host: "0.0.0.0", port: 1 },
          hosts: new Set(),
          token: undefined,
          tls: { cert: "c", key: "k", clientCa: "a" },
        },
      },
    ],
    [
      "a token",
      { adminToken: SECRET },
      {},
      { admin: expect.objectContaining({ token: { kind: "given", token: expect.any(Token) } }) },
    ],
    ["no refusals", { logRefusals: "0" }, {}, { logRefusals: 0 }],
    ["none shown", { consoleRefusals: "0" }, {}, { consoleRefusals: 0 }],
    ["many shown", { consoleRefusals: "1000" }, {}, { consoleRefusals: 1000 }],
    ["all refusals", { logRefusals: "1000000" }, {}, { logRefusals: 1_000_000 }],
    [
      "a reset limit",
      { resetLimit: "5000/s" },
      {},
      { resetLimit: { kind: "limited", perSecond: 5000 } },
    ],
    ["no reset limit", { resetLimit: "none" }, {}, { resetLimit: { kind: "lifted" } }],
    ["drain", { drainDelay: "0", drainTimeout: "500ms" }, {}, { drainDelay: 0, drainTimeout: 500 }],
  ])("%s", (_, flags, environment, expected) => {
    const policy = "CORSD_POLICY" in environment ? {} : { CORSD_POLICY: "p.yaml" };
    expect(readSettings(flags, { ...policy, ...environment })).toEqual({
      ok: true,
      value: { ...DEFAULTS, ...expected },
    });
  });

  test.each<[Flags, string]>([
    [{ listen: ["x"] }, "--listen: `x` is no address; write `unix:PATH` or `HOST:PORT`"],
    ...["", "8", "0o660", "0680", "00660", "066", "6600", "-660", "0460", "u+rw", "432"].map(
      (socketMode): [Flags, string] => [
        { socketMode },
        `--socket-mode: \`${socketMode}\` is no mode of a socket; write it in octal, as \`0660\`, the owner with 6`,
      ],
    ),
    [{ admin: "9905" }, "--admin: `9905` is no address; write `HOST:PORT`, or `none`"],
    [{ admin: "unix:/a" }, "--admin: `unix:/a` is no address; write `HOST:PORT`, or `none`"],
    [
      { admin: "0.0.0.0:9905" },
      "--admin: `0.0.0.0:9905` is beyond loopback: it needs --admin-token-file or --admin-tls-client-ca",
    ],
    [
      { admin: "admin.example:9905" },
      "--admin: `admin.example:9905` is beyond loopback: it needs --admin-token-file or --admin-tls-client-ca",
    ],
    [
      { admin: "0.0.0.0:9905", adminTlsCert: "c", adminTlsKey: "k" },
      "--admin: `0.0.0.0:9905` is beyond loopback: it needs --admin-token-file or --admin-tls-client-ca",
    ],
    ...[{ adminTlsCert: "c" }, { adminTlsKey: "k" }, { adminTlsClientCa: "a" }].map(
      (flags): [Flags, string] => [
        flags,
        "--admin-tls-cert and --admin-tls-key are needed together, and for --admin-tls-client-ca",
      ],
    ),
    [
      { adminHost: ["a:1"] },
      "--admin-host: `a:1` is no name; write a host name or an address, no port",
    ],
    [
      { admin: "0.0.0.0:1", adminToken: "short" },
      "--admin-token: a token is 16 to 1024 visible ASCII characters without blanks",
    ],
    [
      { adminToken: SECRET, adminTokenFile: "/t" },
      "--admin-token and --admin-token-file exclude each other",
    ],
    [{ tlsCert: "c" }, "--tls-cert and --tls-key are needed together, and for --tls-client-ca"],
    [{ tlsKey: "k" }, "--tls-cert and --tls-key are needed together, and for --tls-client-ca"],
    [{ tlsClientCa: "a" }, "--tls-cert and --tls-key are needed together, and for --tls-client-ca"],
    [
      { tlsCert: "c", tlsKey: "k", tlsClientName: ["a.example"] },
      "--tls-client-name needs --tls-client-ca: without it no client shows a name",
    ],
    [
      { tlsCert: "c", tlsKey: "k", tlsClientCa: "a", tlsClientName: ["a.example", "*.example"] },
      "--tls-client-name: `*.example` is a pattern; write each name whole",
    ],
    [
      { logLevel: "loud" },
      "--log-level: `loud` is no level; write one of trace, debug, info, warn, error, fatal, silent",
    ],
    [{ consoleRefusals: "1001" }, "--console-refusals: `1001` is no whole number from 0 to 1000"],
    [{ consoleRefusals: "-1" }, "--console-refusals: `-1` is no whole number from 0 to 1000"],
    [{ logRefusals: "-1" }, "--log-refusals: `-1` is no whole number from 0 to 1000000"],
    [{ logRefusals: "1000001" }, "--log-refusals: `1000001` is no whole number from 0 to 1000000"],
    [
      { resetLimit: "0/s" },
      "--reset-limit: `0/s` is no limit; write a number of resets a second, as `5000/s`, or `none`",
    ],
    [{ drainDelay: "5m" }, "--drain-delay: `5m` is no duration; write `500ms`, `5s` or `5`"],
  ])("%j is refused", (flags, problem) => {
    expect(readSettings(flags, { CORSD_POLICY: "p" })).toEqual({ ok: false, error: [problem] });
  });

  test("everything that is wrong is said at once", () => {
    expect(readSettings({ logLevel: "loud", drainDelay: "x" }, { CORSD_LISTEN: "y" })).toEqual({
      ok: false,
      error: [
        "--policy: name at least one policy file or folder",
        "--listen: `y` is no address; write `unix:PATH` or `HOST:PORT`",
        "--log-level: `loud` is no level; write one of trace, debug, info, warn, error, fatal, silent",
        "--drain-delay: `x` is no duration; write `500ms`, `5s` or `5`",
      ],
    });
  });
});

describe("parseDuration", () => {
  test.each([
    ["500ms", 500],
    ["5s", 5000],
    ["5", 5000],
    ["0", 0],
    ["86400s", 86_400_000],
  ])("%s", (text, milliseconds) => {
    expect(parseDuration(text)).toEqual({ ok: true, value: milliseconds });
  });

  test.each(["", "5m", "1.5s", "-1s", "s", " 5s", "5 s", "86401s", "86400001ms"])(
    "%j is refused",
    (text) => {
      expect(parseDuration(text)).toMatchObject({ ok: false });
    },
  );
});

test("each variable is its flag's name in capitals", () => {
  const names = SERVE_OPTIONS.map(({ name }) => kebab(name));
  expect(SERVE_OPTIONS.map(({ variable }) => variable)).toEqual(
    names.map((name) => `CORSD_${name.toUpperCase().replaceAll("-", "_")}`),
  );
});
