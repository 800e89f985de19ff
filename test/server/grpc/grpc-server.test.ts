import { mkdtemp, rm } from "node:fs/promises";
import { connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { MAX_MESSAGE_LENGTH } from "../../../src/server/grpc/grpc-messages.ts";
import { APP, governedBy, group, policy, snapshot } from "../../cors/sample.ts";
import {
  headers,
  metadataStrings,
  PROCESS,
  type ProcessingRequest,
  setHeaders,
  type TestHeader,
} from "../ext-proc-client.ts";
import { startForTest } from "../running.ts";

const GOVERNED = governedBy(group([policy()]));

function request(...lines: TestHeader[]): ProcessingRequest {
  return { request_headers: headers([[":method", "GET"], [":path", "/"], ...lines]) };
}

const ACTUAL = request(["origin", APP]);

describe("an exchange", () => {
  test("granted: two messages, two answers, and the server ends the stream", async () => {
    const { client, recorder } = await startForTest(() => GOVERNED);
    const stream = client.open();
    stream.send(ACTUAL);
    expect(await stream.next()).toEqual({ request_headers: {} });
    expect(recorder.activeStreams).toBe(1);
    stream.send({ response_headers: headers([["access-control-allow-origin", "*"]]) });
    const answer = await stream.next();
    expect(setHeaders(answer?.response_headers?.response?.header_mutation)).toEqual([
      ["access-control-allow-origin", APP],
      ["vary", "Origin"],
    ]);
    expect(await stream.next()).toBeUndefined();
    expect(await stream.status()).toMatchObject({ code: "OK" });
    expect(await recorder.ended(1)).toEqual(["answered"]);
    expect(recorder.activeStreams).toBe(0);
  });

  test("refused: one answer, and the server ends the stream", async () => {
    const { client, recorder } = await startForTest(() => GOVERNED);
    const stream = client.open();
    stream.send(request(["origin", "https://evil.example"]));
    expect(await stream.next()).toMatchObject({
      immediate_response: { details: "corsd_origin-not-allowed" },
    });
    expect(await stream.status()).toMatchObject({ code: "OK" });
    expect(await recorder.ended(1)).toEqual(["answered"]);
  });

  test("the deployment names the set-up and the group by metadata", async () => {
    const groups: (string | undefined)[] = [];
    const one = group([policy()]);
    const spy = snapshot((found) => {
      groups.push(found.group);
      return { by: "name", group: one };
    });
    const { client } = await startForTest(() => spy);
    const stream = client.open({ "x-corsd-mode": "request-only", "x-corsd-group": "orders" });
    stream.send(ACTUAL);
    expect(metadataStrings(await stream.next(), "cors")).toEqual({
      allow_origin: APP,
      vary: "Origin",
    });
    expect(await stream.status()).toMatchObject({ code: "OK" });
    expect(groups).toEqual(["orders"]);
  });

  test("an exchange ends under the snapshot it began with", async () => {
    let inForce = GOVERNED;
    const { client } = await startForTest(() => inForce);
    const stream = client.open();
    stream.send(ACTUAL);
    await stream.next();
    inForce = snapshot(() => ({ by: "unknown-name" }));
    stream.send({ response_headers: headers([]) });
    const answer = await stream.next();
    expect(setHeaders(answer?.response_headers?.response?.header_mutation)).toContainEqual([
      "access-control-allow-origin",
      APP,
    ]);
  });

  test("observed: no answer, and no end before the peer's", async () => {
    const { client, recorder } = await startForTest(() => GOVERNED);
    const stream = client.open();
    stream.send({ ...ACTUAL, observability_mode: true });
    stream.end();
    expect(await stream.next()).toBeUndefined();
    expect(await stream.status()).toMatchObject({ code: "OK" });
    expect(await recorder.ended(1)).toEqual(["peer"]);
    expect(recorder.seen).toMatchObject([{ applied: false }]);
  });

  test("reset by the peer, which is how Envoy ends each: nothing happens", async () => {
    const { client, recorder } = await startForTest(() => GOVERNED);
    const stream = client.open();
    stream.send(ACTUAL);
    await stream.next();
    stream.cancel();
    expect(await recorder.ended(1)).toEqual(["peer"]);
    expect(recorder.bugs).toBe(0);
  });
});

describe("what is wrong ends one stream and no other", () => {
  test.each([
    ["garbage", Buffer.from("deadbeef", "hex"), "INVALID_ARGUMENT", "malformed message"],
    ["an empty message", Buffer.of(), "INVALID_ARGUMENT", "no message that is known"],
    [
      "no method",
      PROCESS.requestSerialize({ request_headers: headers([[":path", "/"]]) }),
      "INTERNAL",
      "the deployment does not send :method, which the policy document needs",
    ],
  ])("%s", async (_, bytes, code, details) => {
    const { client, recorder } = await startForTest(() => GOVERNED);
    const other = client.open();
    other.send(ACTUAL);
    await other.next();
    const stream = client.openRaw(bytes);
    expect(await stream.next()).toBeUndefined();
    expect(await stream.status()).toEqual({ code, details });
    expect(await recorder.ended(1)).toEqual(["failure"]);
    other.send({ response_headers: headers([]) });
    expect(await other.next()).toHaveProperty("response_headers");
  });

  test("a message of the greatest length is read, one byte more is not", async () => {
    const { client } = await startForTest(() => GOVERNED);
    const overhead = 10;
    const body = Buffer.alloc(MAX_MESSAGE_LENGTH - overhead);
    const longest = PROCESS.requestSerialize({ request_body: { body } });
    expect(longest).toHaveLength(MAX_MESSAGE_LENGTH);
    const read = client.openRaw(longest);
    expect(await read.next()).toEqual({ request_body: {} });
    read.cancel();
    const stream = client.openRaw(Buffer.concat([longest, Buffer.of(0x50)]));
    expect(await stream.next()).toBeUndefined();
    expect(await stream.status()).toMatchObject({ code: "RESOURCE_EXHAUSTED" });
    expect(await client.check("")).toBe("NOT_SERVING");
  });

  test("a bug of ours: INTERNAL, told with its stack", async () => {
    const bug = new Error("broken");
    const { client, recorder } = await startForTest(() => {
      throw bug;
    });
    const stream = client.open();
    stream.send(ACTUAL);
    expect(await stream.next()).toBeUndefined();
    expect(await stream.status()).toEqual({ code: "INTERNAL", details: "internal error" });
    expect(await recorder.ended(1)).toEqual(["bug"]);
    expect(recorder.errors).toEqual([bug]);
  });

  test("bytes that are no HTTP/2", async () => {
    const { client, health, target } = await startForTest(() => GOVERNED);
    health.set(true);
    const socket = connectTcp(Number(target.split(":")[1]), "127.0.0.1");
    await new Promise((resolve) => {
      socket.once("close", resolve);
      socket.on("error", () => {});
      socket.end("GET / HTTP/1.1\r\nhost: a\r\n\r\n".repeat(100));
      socket.resume();
    });
    expect(await client.check("")).toBe("SERVING");
  });
});

describe("health", () => {
  test.each(["", "envoy.service.ext_proc.v3.ExternalProcessor"])("of %j", async (name) => {
    const { client, health } = await startForTest(() => GOVERNED);
    expect(await client.check(name)).toBe("NOT_SERVING");
    health.set(true);
    expect(await client.check(name)).toBe("SERVING");
  });

  test("of a service that is not there", async () => {
    const { client } = await startForTest(() => GOVERNED);
    expect(await client.check("other.Service")).toBe("NOT_FOUND");
  });

  test("watched: every change, and the end with the server's", async () => {
    const { client, health, service } = await startForTest(() => GOVERNED);
    const watched = client.watch("", new AbortController().signal);
    const next = async (): Promise<string | undefined> => (await watched.next()).value;
    expect(await next()).toBe("NOT_SERVING");
    health.set(true);
    health.set(true);
    expect(await next()).toBe("SERVING");
    health.set(false);
    expect(await next()).toBe("NOT_SERVING");
    const drained = service.drain();
    expect(await watched.next()).toEqual({ done: true, value: undefined });
    await drained;
  });

  test("watched: a service that is not there", async () => {
    const { client } = await startForTest(() => GOVERNED);
    const enough = new AbortController();
    const watched = client.watch("other.Service", enough.signal);
    expect(await watched.next()).toEqual({ done: false, value: "SERVICE_UNKNOWN" });
    enough.abort();
    expect(await watched.next()).toMatchObject({ done: true });
  });
});

describe("listeners", () => {
  test("several, one a socket file that is gone afterwards", async () => {
    const folder = await mkdtemp(join(tmpdir(), "corsd-grpc-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, "data.sock");
    const { client, service, target } = await startForTest(() => GOVERNED, {
      listen: [
        { kind: "unix", path },
        { kind: "tcp", host: "127.0.0.1", port: 0 },
      ],
    });
    expect(target).toBe(`unix:${path}`);
    expect(await client.check("")).toBe("NOT_SERVING");
    const [, tcp] = service.addresses;
    expect(tcp).toEqual({ kind: "tcp", host: "127.0.0.1", port: expect.any(Number) });
    expect(tcp).not.toMatchObject({ port: 0 });
  });

  test("a port in use is one line, and what was bound before is let go", async () => {
    const { target } = await startForTest(() => GOVERNED);
    const port = Number(target.split(":")[1]);
    const second = startForTest(() => GOVERNED, {
      listen: [{ kind: "tcp", host: "127.0.0.1", port }],
    });
    await expect(second).rejects.toThrow(
      `cannot listen on \`127.0.0.1:${port}\`: listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
    );
  });

  test("drained: open exchanges end as they would, new ones are not taken", async () => {
    const { client, service } = await startForTest(() => GOVERNED);
    const stream = client.open();
    stream.send(ACTUAL);
    await stream.next();
    const drained = service.drain();
    stream.send({ response_headers: headers([]) });
    expect(await stream.next()).toHaveProperty("response_headers");
    await drained;
    expect(await client.check("")).toBe("UNAVAILABLE");
  });
});
