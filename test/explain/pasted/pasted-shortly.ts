import { headerOf, type Known, type Pasted } from "../../../src/explain/pasted/pasted.ts";
import { readPasted } from "../../../src/explain/pasted/read-pasted.ts";

export function pasted(text: string, known?: Known): Pasted {
  const read = readPasted(text, known);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

/** Each request in short: `PUT https://… from https://…`, `preflight PUT x-api-key https://… from https://…`. */
export function shortly(text: string, known?: Known): readonly string[] {
  return pasted(text, known).requests.map(({ method, url, headers }) => {
    const wanted = headerOf(headers, "access-control-request-method");
    const names = headerOf(headers, "access-control-request-headers");
    const what =
      wanted === undefined
        ? [method]
        : ["preflight", wanted, ...(names === undefined ? [] : [names])];
    return `${what.join(" ")} ${url} from ${headerOf(headers, "origin") ?? "nobody"}`;
  });
}
