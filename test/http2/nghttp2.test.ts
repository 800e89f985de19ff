import { connect, type IncomingHttpHeaders, sensitiveHeaders } from "node:http2";
import { duplexPair } from "node:stream";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { Connection } from "../../src/http2/connection.ts";
import { encodeFields } from "../../src/http2/field-encoder.ts";
import { type Field, STATIC_TABLE } from "../../src/http2/static-table.ts";

// The client of node:http2, which is nghttp2, is the oracle: what it encodes is read here, and the other way round.

/** Requests, one after the other on one connection; what our side read of each, and what the client of our answers. */
class Exchange {
  readonly read: [string, string][][] = [];
  readonly #client: ReturnType<typeof connect>;
  #answer: readonly Field[] = [];

  constructor() {
    const [here, there] = duplexPair();
    const connection = new Connection({
      send: (bytes) => there.write(bytes),
      open: (stream, head) => {
        this.read.push([...head.headers]);
        stream.end(encodeFields([[":status", "200"], ...this.#answer]));
        return undefined;
      },
      allowsReset: () => true,
      over: () => there.end(),
    });
    there.on("data", (chunk: Buffer) => connection.receive(chunk));
    connection.greet();
    this.#client = connect("http://a", {
      createConnection: () => here,
      maxSendHeaderBlockLength: 1_000_000,
    });
    onTestFinished(() => this.#client.destroy());
  }

  /** What the client read, name and value in turn. */
  send(fields: readonly Field[], answer: readonly Field[] = []): Promise<readonly string[]> {
    this.#answer = answer;
    const secret = fields.filter((_, index) => index % 3 === 2).map(([name]) => name);
    return new Promise((resolve, reject) => {
      const stream = this.#client.request({
        ...Object.fromEntries(fields),
        [sensitiveHeaders]: secret,
      });
      stream.on("error", reject);
      stream.on("response", (_: IncomingHttpHeaders, _flags: number, raw: string[]) => {
        resolve(raw);
      });
      stream.resume();
    });
  }
}

const name = fc.stringMatching(/^x-[a-z0-9_.!]{0,12}$/);
/** Often the same ones, so that indexes are used; long ones drive others out; any byte that a value may have. */
const value = fc.oneof(
  fc.constantFrom("", "same", "a".repeat(300), "b".repeat(1500)),
  fc.stringMatching(/^[!-~\xa0-\xff]([\t -~\xa0-\xff]{0,40}[!-~\xa0-\xff])?$/),
);
const fields = fc.uniqueArray(fc.tuple(name, value), { selector: ([its]) => its, maxLength: 20 });

test("what nghttp2 encodes is read, over many blocks of one connection (RFC 7541)", async () => {
  const exchange = new Exchange();
  await fc.assert(
    fc.asyncProperty(fields, async (sent) => {
      await exchange.send(sent);
      expect(exchange.read.at(-1)).toEqual(sent);
    }),
    { numRuns: 300 },
  );
});

test("a block of several frames is read (RFC 9113 section 6.10)", async () => {
  const exchange = new Exchange();
  const sent = Array.from(
    { length: 3 },
    (_, index): Field => [`x-${index}`, "\xa7".repeat(15_000)],
  );
  await exchange.send(sent);
  expect(exchange.read).toEqual([sent]);
});

test("what we encode nghttp2 reads", async () => {
  const exchange = new Exchange();
  await fc.assert(
    fc.asyncProperty(fields, async (answer) => {
      expect(await exchange.send([], answer)).toEqual([":status", "200", ...answer.flat()]);
    }),
    { numRuns: 100 },
  );
});

test("the static table is nghttp2's (RFC 7541 appendix A)", async () => {
  const exchange = new Exchange();
  const common = STATIC_TABLE.filter(
    ([its]) => !/^:|^transfer-encoding$|^content-length$/.test(its),
  );
  expect(await exchange.send([], common)).toEqual([":status", "200", ...common.flat()]);
});
