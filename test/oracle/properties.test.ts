import fc from "fast-check";
import { expect, test } from "vitest";
import { forEveryAnswer, SILENT } from "./every-answer.ts";
import type { View } from "./model/client-view.ts";
import type { StarOrList } from "./model/written.ts";

/** The value of a header in what the client sees. */
function header({ headers }: View, name: string): string | undefined {
  return headers.find(([each]) => each === name)?.[1];
}

test("`*` never goes out with credentials", () => {
  forEveryAnswer(({ view }) => {
    const pair = [
      header(view, "access-control-allow-origin"),
      header(view, "access-control-allow-credentials"),
    ];
    expect(pair).not.toEqual(["*", "true"]);
  });
});

test("a refused request has no allow header, whatever the service sends", () => {
  forEveryAnswer(({ said, view }) => {
    const allowed = view.headers.filter(([name]) => name.startsWith("access-control-"));
    expect(said.outcome === "refused" ? allowed : []).toEqual([]);
  });
});

test("what is echoed is what was received, byte for byte", () => {
  forEveryAnswer(({ view }, { origin, requestMethod = "" }, { policies }) => {
    const echoed = header(view, "access-control-allow-origin");
    expect([undefined, "*", origin]).toContain(echoed);
    expect([undefined, echoed]).toContain(header(view, "timing-allow-origin"));
    const lists = policies.map(({ allowMethods }) => joined(allowMethods));
    const methods = header(view, "access-control-allow-methods");
    expect([undefined, requestMethod, "GET, HEAD, POST", ...lists]).toContain(methods);
  }, fc.constant(SILENT));
});

function joined(list: StarOrList | undefined): string | undefined {
  return typeof list === "string" ? list : list?.join(", ");
}
