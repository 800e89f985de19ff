import fc from "fast-check";
import type { Line } from "../../oracle/model/request.ts";
import { originOf, type Ports } from "../places.ts";
import type { Reply } from "../scenario.ts";

/** What services say: often nothing about CORS, sometimes too much, which the policy then overrules. */
export function replies(ports: Ports): fc.Arbitrary<Reply> {
  const own = fc.constantFrom<readonly Line[]>(
    [["access-control-allow-origin", "*"]],
    [
      ["access-control-allow-origin", originOf("app", ports)],
      ["access-control-allow-credentials", "true"],
      ["access-control-allow-methods", "PUT, X-Y"],
      ["access-control-allow-headers", "x-a, content-type"],
    ],
    [
      ["access-control-allow-origin", "null"],
      ["access-control-expose-headers", "x-page"],
    ],
    [["timing-allow-origin", "*"]],
  );
  const named = fc.shuffledSubarray<Line>([
    ["x-total-count", "7"],
    ["x-page", "1"],
    ["etag", '"1"'],
    ["vary", "accept-language"],
    ["set-cookie", "tick=1"],
    ["content-language", "de"],
  ]);
  return fc
    .record({
      status: fc.oneof(
        { arbitrary: fc.constant(200), weight: 7 },
        { arbitrary: fc.constantFrom(201, 204, 404, 500), weight: 3 },
      ),
      named,
      own: fc.oneof(
        { arbitrary: fc.constant<readonly Line[]>([]), weight: 2 },
        { arbitrary: own, weight: 1 },
      ),
    })
    .map(({ status, named: lines, own: cors }) => {
      const type: readonly Line[] = status === 204 ? [] : [["content-type", "text/plain"]];
      // No answer is kept: a second request of the same URL goes out.
      return { status, headers: [["cache-control", "no-store"], ...type, ...lines, ...cors] };
    });
}
