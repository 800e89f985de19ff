import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { parseAllDocuments } from "yaml";
import { readRequest } from "../../src/explain/described-request.ts";
import { explainRequest } from "../../src/explain/explain-request.ts";
import type { Imported, Importer } from "../../src/import/imported.ts";
import { settle } from "../../src/import/settle.ts";
import { libraries } from "../../src/source/libraries.ts";
import { compileObject } from "../policy/compile-object.ts";

/** The documents of a fixture beside the tests of its kind. */
export function fixture(kind: string, file: string): readonly unknown[] {
  const text = readFileSync(join(import.meta.dirname, kind, file), "utf8");
  return parseAllDocuments(text).map((each): unknown => each.toJS());
}

/** What the command makes of inputs that are right. The document is one without errors, whatever they are. */
export function imported(importer: Importer, inputs: readonly unknown[]): Imported {
  const read = importer(inputs);
  if (!read.ok) throw new Error(read.error.join("\n"));
  const settled = settle(read.value, libraries);
  const { problems } = compileObject(settled.document);
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return settled;
}

/** What the importer says of inputs that are wrong. */
export function faultsOf(importer: Importer, inputs: readonly unknown[]): readonly string[] {
  const read = importer(inputs);
  return read.ok ? [] : read.error;
}

export type Asked = {
  readonly method?: string;
  readonly url: string;
  readonly origin?: string;
  /** Makes it a preflight: the method that is asked for, and behind it the headers. */
  readonly asks?: string;
};

/**
 * What is decided, in short: outcome, status (`service` where that answers), the origin and the methods and headers that
 * are allowed, and whether credentials are: `granted 200 https://a.example [GET, PUT] [x-a] credentials`.
 */
export function decided({ document }: Imported, { method, url, origin, asks }: Asked): string {
  const [asked, ...headers] = asks?.split(" ") ?? [];
  const lines: [string, string | undefined][] = [
    ["origin", origin],
    ["access-control-request-method", asked],
    ["access-control-request-headers", headers.length === 0 ? undefined : headers.join(",")],
  ];
  const request = readRequest({
    method: method ?? (asks === undefined ? "GET" : "OPTIONS"),
    url,
    headers: lines.filter((line): line is [string, string] => line[1] !== undefined),
    httpVersion: undefined,
    route: undefined,
    group: undefined,
  });
  const { snapshot } = compileObject(document);
  if (!request.ok || snapshot === undefined) throw new Error("the request or document is wrong");
  const { outcome, status, headers: sent } = explainRequest(snapshot, request.value);
  const said = new Map(sent.set);
  const list = (name: string): readonly string[] => {
    const value = said.get(`access-control-${name}`);
    return value === undefined ? [] : [`[${value}]`];
  };
  return [
    outcome,
    status ?? "service",
    said.get("access-control-allow-origin") ?? "-",
    ...list("allow-methods"),
    ...list("allow-headers"),
    ...list("expose-headers"),
    ...(said.has("access-control-allow-credentials") ? ["credentials"] : []),
  ].join(" ");
}
